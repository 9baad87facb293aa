"""The layers of Debian's programs that tests run in the images."""

load("//common:variables.bzl", "debian_architecture")

def program_layer(distro, package, architecture):
    """The label of a program's layer for an OCI architecture.

    Args:
      distro: `debian12`, …
      package: one of the manifests here.
      architecture: in OCI's spelling.
    """
    return "@programs%s//%s/%s:data" % (distro.removeprefix("debian"), package, debian_architecture(architecture))
