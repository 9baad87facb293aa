"""The base images, for programs that need the C library: with OpenSSL, or without it (`nossl`)."""

load("//common:family.bzl", "image_content", "image_family")
load("//common:packages.bzl", "package_layers")

def base_images(name, packages, prefix = ""):
    """All base images of one name for a distro.

    Args:
      name: the distro, such as `debian12`.
      packages: the packages, in layer order.
      prefix: `nossl`, or an empty string for the image `base`.
    """
    image_family(
        name = name,
        content = lambda architecture: image_content(package_layers(name, packages, architecture)),
        prefix = prefix,
    )
