"""The static images: for programs that need no library."""

load("//common:cacerts.bzl", "cacerts_name")
load("//common:family.bzl", "image_indexes", "image_variants")
load("//common:packages.bzl", "LOCKS", "package_label")
load("//common:variables.bzl", "DISTROS", "ENV")

def static_images(distro, packages):
    """All static images of a distro.

    Args:
      distro: `debian12`, …
      packages: the packages, in layer order; the common layers follow them.
    """
    for architecture in DISTROS[distro].architectures:
        image_variants(
            distro = distro,
            architecture = architecture,
            base = None,
            layers = [package_label(distro, package, architecture) for package in packages] + [
                "//common:rootfs",
                "//common:passwd",
                "//common:home",
                "//common:group",
                "//common:tmp",
                "//common:nsswitch",
                "//common:os_release_" + distro,
                "//common:" + cacerts_name(distro, architecture),
            ],
            env = ENV,
            created = LOCKS[distro].snapshot,
        )
    image_indexes(distro)
