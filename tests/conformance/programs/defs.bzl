"""The layers of Debian programs that tests run in the images."""

load("@program_hubs//:hubs.bzl", "package_label")
load("//common:variables.bzl", "debian_architecture")

def program_layer(distro, package, architecture):
    """The label of a program's layer for an OCI architecture.

    Args:
      distro: the distro, such as `debian12`.
      package: the name of a package in the manifests of this directory.
      architecture: the OCI architecture name.
    """
    return str(package_label(distro, package, debian_architecture(architecture)))
