"""The CA bundle and the key store of each distro: one layer for all architectures if they share one package file."""

load("//common:packages.bzl", "package_files", "package_key", "package_label")
load("//rules:layer.bzl", "cacerts", "java_keystore")

def cacerts_name(distro, architecture):
    """The name of the layer in //common."""
    return "cacerts_%s_%s" % (distro, package_key(distro, "ca-certificates", architecture))

def java_keystore_name(distro, architecture):
    """The name of the layer with the Java key store in //common."""
    return "java_" + cacerts_name(distro, architecture)

def cacerts_layers(name):
    """Declares the CA bundles and key stores of a distro.

    Args:
      name: the distro, such as `debian12`.
    """
    for architecture in package_files(name, "ca-certificates"):
        deb = package_label(name, "ca-certificates", architecture, "deb")
        cacerts(
            name = cacerts_name(name, architecture),
            deb = deb,
        )
        java_keystore(
            name = java_keystore_name(name, architecture),
            deb = deb,
        )
