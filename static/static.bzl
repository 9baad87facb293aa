"""The static images: for programs that need no library."""

load("//common:cacerts.bzl", "cacerts_name")
load("//common:family.bzl", "image_indexes", "image_variants")
load("//common:packages.bzl", "LOCKS", "package_label")
load("//common:variables.bzl", "DISTROS", "ENV")

def static_images(name, packages):
    """All static images of a distro.

    Args:
      name: the distro, `debian12`, …: what the names of its images begin with.
      packages: the packages, in layer order; the common layers follow them.
    """
    for architecture in DISTROS[name].architectures:
        image_variants(
            distro = name,
            architecture = architecture,
            base = None,
            layers = [package_label(name, package, architecture) for package in packages] + [
                "//common:rootfs",
                "//common:passwd",
                "//common:home",
                "//common:group",
                "//common:tmp",
                "//common:nsswitch",
                "//common:os_release_" + name,
                "//common:" + cacerts_name(name, architecture),
            ],
            env = ENV,
            created = LOCKS[name].snapshot,
        )
    image_indexes(name)
