"""The CA bundle and the key store of each distro: one layer for all architectures where the package is one file."""

load("//common:packages.bzl", "package_key", "package_label")
load("//common:variables.bzl", "DISTROS")
load("//rules:layer.bzl", "cacerts", "java_keystore")

def cacerts_name(distro, architecture):
    """The name of the layer in //common."""
    return "cacerts_%s_%s" % (distro, package_key(distro, "ca-certificates", architecture))

def java_keystore_name(distro, architecture):
    """The name of the layer with Java's key store in //common."""
    return "java_" + cacerts_name(distro, architecture)

def cacerts_layers(name):
    """The CA bundles and key stores of a distro.

    Args:
      name: the distro, `debian12`, …
    """
    declared = {}
    for architecture in DISTROS[name].architectures:
        layer = cacerts_name(name, architecture)
        if layer not in declared:
            declared[layer] = architecture
            deb = package_label(name, "ca-certificates", architecture, "deb")
            cacerts(
                name = layer,
                deb = deb,
            )
            java_keystore(
                name = java_keystore_name(name, architecture),
                deb = deb,
            )
