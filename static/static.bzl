"""The static images, for programs that need no library."""

load("//common:cacerts.bzl", "cacerts_name")
load("//common:family.bzl", "image_content", "image_family")
load("//common:packages.bzl", "package_layers")
load("//common:variables.bzl", "ENV")

def static_images(name, packages):
    """All static images of a distro.

    Args:
      name: the distro, such as `debian12`. The names of its images begin with it.
      packages: the packages, in layer order. The common layers follow them.
    """
    image_family(
        name = name,
        content = lambda architecture: image_content(
            env = ENV,
            layers = package_layers(name, packages, architecture) + [
                "//common:rootfs",
                "//common:passwd",
                "//common:home",
                "//common:group",
                "//common:tmp",
                "//common:nsswitch",
                "//common:os_release_" + name,
                "//common:" + cacerts_name(name, architecture),
            ],
        ),
    )
