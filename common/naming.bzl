"""The one helper that names image targets: `[<name>_]<distro>[_debug][_nonroot][_<architecture>|_image]`."""

load("//rules:architectures.bzl", "architectures")

def image_name(distro, name = "", debug = False, nonroot = False, architecture = "", platform = False):
    """The name of an image target.

    Args:
      distro: `debian12`, …
      name: the image's name where it is not the family's own, such as `nossl`.
      debug: the debug variant.
      nonroot: the nonroot variant.
      architecture: OCI's spelling for the image of one architecture; empty for the index of all.
      platform: the image of the target platform (`_image`).

    Returns:
      The target's name. Fails on an unknown architecture.
    """
    if architecture:
        problem = architectures.problem(architecture)
        if problem:
            fail("cannot name an image of `%s`: %s" % (distro, problem))
    return spell_image_name(distro, name, debug, nonroot, "image" if platform else architecture)

def spell_image_name(distro, name, debug, nonroot, last):
    """The name with any last part, for names that are not made (`debian12_x86_64`)."""
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
      family: the package that has it: `base`.
      name: the image's name where it is not the family's own: `nossl`. One that begins with the family's stands alone.

    Returns:
      The name.
    """
    return name if name.startswith(family) else "-".join([part for part in [family, name] if part])

def published_tag(debug = False, nonroot = False):
    """The tag of a variant: `latest`, `nonroot`, `debug` or `debug-nonroot`."""
    return "-".join([part for part in ["debug" if debug else "", "nonroot" if nonroot else ""] if part]) or "latest"
