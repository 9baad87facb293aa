"""The cc images: for programs in C++, Rust and other languages that need libstdc++, libgcc or OpenMP."""

load("//common:family.bzl", "image_content", "image_family")
load("//common:packages.bzl", "package_layers")

def cc_images(name, packages):
    """All cc images of a distro.

    Args:
      name: the distro, such as `debian12`.
      packages: the packages, in layer order.
    """
    image_family(
        name = name,
        content = lambda architecture: image_content(package_layers(name, packages, architecture)),
    )
