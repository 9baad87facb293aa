"""Labels of packages, without a second copy where all architectures share one file."""

load("@debian11//:lock.bzl", debian11 = "LOCK")
load("@debian12//:lock.bzl", debian12 = "LOCK")
load("@debian13//:lock.bzl", debian13 = "LOCK")
load("//common:problems.bzl", "distro_problem", "lock_problem", "package_problem")
load("//common:variables.bzl", "DISTROS", "debian_architecture")

LOCKS = {
    "debian11": debian11,
    "debian12": debian12,
    "debian13": debian13,
}

def distro_lock(distro):
    """What the lock of a distro says; fails where there is none.

    Args:
      distro: `debian12`, …

    Returns:
      The `LOCK` of its hub.
    """
    problem = lock_problem(distro, LOCKS)
    if problem:
        fail(problem)
    return LOCKS[distro]

def _locked(distro, package, architecture):
    """What the lock says of a package for an OCI architecture."""
    packages = distro_lock(distro).packages
    problem = package_problem(distro, package, architecture, packages)
    if problem:
        fail(problem)
    return packages[package][debian_architecture(architecture)]

def package_label(distro, package, architecture, target = "data"):
    """The label of a package's layer (`data`) or file (`deb`) for an OCI architecture; fails where it is not locked."""
    _locked(distro, package, architecture)
    return "@%s//%s/%s:%s" % (distro, package, debian_architecture(architecture), target)

def package_layers(distro, packages, architecture):
    """The labels of the layers of packages, in their order."""
    return [package_label(distro, package, architecture) for package in packages]

def package_key(distro, package, architecture):
    """`all` where one file serves every architecture, else Debian's spelling: what derived targets are named by."""
    return _locked(distro, package, architecture)["key"]

def package_files(distro, package):
    """The architectures that stand for the files of a package.

    Args:
      distro: `debian12`, …
      package: the package.

    Returns:
      OCI architectures, one for each file; where one file serves all, the distro's first.
    """
    problem = distro_problem("find packages of", distro, DISTROS)
    if problem:
        fail(problem)
    first = {}
    for architecture in DISTROS[distro].architectures:
        first.setdefault(package_key(distro, package, architecture), architecture)
    return first.values()

def package_version(distro, package, architecture):
    """The version that is locked."""
    return _locked(distro, package, architecture)["version"]
