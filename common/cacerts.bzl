"""The CA bundle of each distro: one layer for all architectures where the package is one file."""

load("//common:packages.bzl", "package_key", "package_label")
load("//common:variables.bzl", "DISTROS")
load("//rules:layer.bzl", "cacerts")

def cacerts_name(distro, architecture):
    """The name of the layer in //common."""
    return "cacerts_%s_%s" % (distro, package_key(distro, "ca-certificates", architecture))

def cacerts_layers(name):
    """The CA bundles of a distro.

    Args:
      name: the distro, `debian12`, …
    """
    declared = {}
    for architecture in DISTROS[name].architectures:
        layer = cacerts_name(name, architecture)
        if layer not in declared:
            declared[layer] = architecture
            cacerts(
                name = layer,
                deb = package_label(name, "ca-certificates", architecture, "deb"),
            )
