"""The locale C.UTF-8 of each distro, for images without libc-bin."""

load("//common:packages.bzl", "package_files", "package_key", "package_label", "package_version")
load("//common:variables.bzl", "DISTROS")
load("//rules:deb.bzl", "deb_layer")

def locale_name(distro, architecture):
    """The name of the layer in //common."""
    return "locale_%s_%s" % (distro, package_key(distro, "libc-bin", architecture))

def locale_layers(name):
    """Declares the locale layers of a distro: only the locale directory and the copyright file of libc-bin.

    Args:
      name: the distro, such as `debian12`.
    """
    for architecture in package_files(name, "libc-bin"):
        deb_layer(
            name = locale_name(name, architecture),
            architecture = package_key(name, "libc-bin", architecture),
            deb = package_label(name, "libc-bin", architecture, "deb"),
            include = [
                DISTROS[name].locale,
                "usr/share/doc/libc-bin/copyright",
            ],
            package = "libc-bin",
            version = package_version(name, "libc-bin", architecture),
        )
