"""The CA bundle of each distro: one layer for all architectures where the package is one file."""

load("//common:packages.bzl", "package_key", "package_label")
load("//common:variables.bzl", "DISTROS")
load("//rules:layer.bzl", "cacerts")

def cacerts_name(distro, architecture):
    """The name of the layer in //common."""
    return "cacerts_%s_%s" % (distro, package_key(distro, "ca-certificates", architecture))

def cacerts_layers(distro):
    """Declares the layers of a distro."""
    declared = {}
    for architecture in DISTROS[distro].architectures:
        name = cacerts_name(distro, architecture)
        if name not in declared:
            declared[name] = architecture
            cacerts(
                name = name,
                deb = package_label(distro, "ca-certificates", architecture, "deb"),
            )
