"""The Python images: Debian's Python on cc."""

load("//common:family.bzl", "image_content", "image_family")
load("//common:packages.bzl", "package_layers", "package_version")
load("//common:variables.bzl", "architectures_among")
load("//python3:config.bzl", "ARCHITECTURES", "ENV")
load("//python3:version.bzl", "python_version")
load("//rules:layer.bzl", "layer")

# 2000-01-01 00:00:00 UTC, as in the images that others derive.
_MTIME = 946684800

# buildifier: disable=unused-variable
def ld_so_cache_layers(distro, architecture):
    """HOOK: the layer of /etc/ld.so.cache, for Debian 11 and 13, which have libc-bin; `ctypes.util.find_library` reads it.

    There is no rule yet that writes the cache; until there is one, the images have none and `find_library` finds nothing.

    Args:
      distro: `debian12`, …
      architecture: OCI's spelling.

    Returns:
      Labels of layers, which come last in the image.
    """
    return []

def python3_images(name, version, packages):
    """All Python images of a distro.

    Args:
      name: the distro, `debian12`, …
      version: major and minor version, `3.11`.
      packages: the packages, in layer order.
    """
    program = "/usr/bin/python" + version
    aliases = ["/usr/bin/python", "/usr/bin/python3"]
    layer(
        name = "aliases_" + name,
        created_by = "python aliases",
        modes = {alias: "0555" for alias in aliases},
        mtime = _MTIME,
        symlinks = {alias: program for alias in aliases},
    )

    def content(architecture):
        locked = package_version(name, "python%s-minimal" % version, architecture)
        return image_content(
            annotations = {"com.google.distroless.python.version": python_version(locked)},
            env = ENV,
            layers = package_layers(name, packages, architecture) +
                     [":aliases_" + name] +
                     ld_so_cache_layers(name, architecture),
        )

    image_family(
        name = name,
        base = "//cc",
        content = content,
        entrypoint = [program],
        made = architectures_among(name, ARCHITECTURES),
    )
