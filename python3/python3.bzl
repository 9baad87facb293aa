"""The Python images: Debian's Python on top of the cc images."""

load("//common:family.bzl", "image_content", "image_family")
load("//common:naming.bzl", "image_name")
load("//common:packages.bzl", "package_layers", "package_version")
load("//common:variables.bzl", "LINK_MTIME", "architectures_among")
load("//python3:config.bzl", "ARCHITECTURES", "ENV", "LACKS")
load("//python3:version.bzl", "python_version")
load("//rules:layer.bzl", "layer", "ld_so_cache")

def python3_images(name, version, packages):
    """All Python images of a distro.

    Args:
      name: the distro, such as `debian12`.
      version: the major and minor version, such as `3.11`.
      packages: the packages, in layer order.
    """
    program = "/usr/bin/python" + version
    aliases = ["/usr/bin/python", "/usr/bin/python3"]
    layer(
        name = "aliases_" + name,
        created_by = "python aliases",
        modes = {alias: "0555" for alias in aliases},
        mtime = LINK_MTIME,
        symlinks = {alias: program for alias in aliases},
    )

    made = architectures_among(name, ARCHITECTURES)

    # In images with libc-bin, ctypes.util.find_library reads the cache.
    has_cache = "libc-bin" in packages
    for architecture in made if has_cache else []:
        ld_so_cache(
            name = _cache_name(name, architecture),
            base = "//cc:" + image_name(name, architecture = architecture),
            layers = package_layers(name, packages, architecture),
        )

    def content(architecture):
        locked = package_version(name, "python%s-minimal" % version, architecture)
        return image_content(
            annotations = {"com.google.distroless.python.version": python_version(locked)},
            version = python_version(locked),
            env = ENV,
            layers = package_layers(name, packages, architecture) +
                     [":aliases_" + name] +
                     ([":" + _cache_name(name, architecture)] if has_cache else []),
        )

    image_family(
        name = name,
        content = content,
        entrypoint = [program],
        lacks = LACKS,
        made = made,
    )

def _cache_name(distro, architecture):
    return "ld_so_cache_%s_%s" % (distro, architecture)
