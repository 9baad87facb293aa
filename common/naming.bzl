"""The names of image targets: `[<name>_]<distro>[_debug][_nonroot][_<architecture>|_image]`."""

load("//rules:architectures.bzl", "architectures")

def image_name(distro, name = "", debug = False, nonroot = False, architecture = "", platform = False):
    """The name of an image target.

    Args:
      distro: the distro, such as `debian12`.
      name: the name of the image, such as `nossl`, if it is not the name of the family.
      debug: whether it is a debug variant.
      nonroot: whether it is a nonroot variant.
      architecture: the OCI architecture name, or an empty string for the index of all architectures.
      platform: whether it is the image for the target platform (`_image`).

    Returns:
      The name of the target. Fails for an unknown architecture.
    """
    if architecture:
        problem = architectures.problem(architecture)
        if problem:
            fail("cannot name an image of `%s`: %s" % (distro, problem))
    return join_image_name(distro, name, debug, nonroot, "image" if platform else architecture)

def join_image_name(distro, name, debug, nonroot, last):
    """The name with any last part, for names of images that do not exist (`debian12_x86_64`)."""
    return "_".join([part for part in [
        name,
        distro,
        "debug" if debug else "",
        "nonroot" if nonroot else "",
        last,
    ] if part])

def published_name(family, name = ""):
    """The name under which an image is published, without its distro: `static`, `base-nossl`, `java17`.

    Args:
      family: the package of the family, such as `base`.
      name: the name of the image, such as `nossl`, if it is not the name of the family. A name that begins with the
        name of the family is the published name itself.

    Returns:
      The published name.
    """
    return name if name.startswith(family) else "-".join([part for part in [family, name] if part])

def published_tag(debug = False, nonroot = False):
    """The tag of a variant: `latest`, `nonroot`, `debug` or `debug-nonroot`."""
    return "-".join([part for part in ["debug" if debug else "", "nonroot" if nonroot else ""] if part]) or "latest"
