"""Labels of packages. Architectures that share one package file also share its targets."""

load("@debian_hubs//:hubs.bzl", _LOCKS = "LOCKS", _hub_label = "package_label")
load("//common:problems.bzl", "distro_problem", "lock_problem", "package_problem")
load("//common:variables.bzl", "DISTROS", "debian_architecture")

# Distro to the `LOCK` of its hub, for each manifest in debian_packages.
LOCKS = _LOCKS

def distro_lock(distro):
    """The content of the lock of a distro. Fails if there is no lock.

    Args:
      distro: the distro, such as `debian12`.

    Returns:
      The `LOCK` of the hub of the distro.
    """
    problem = lock_problem(distro, LOCKS)
    if problem:
        fail(problem)
    return LOCKS[distro]

def _locked(distro, package, architecture):
    """The entry of a package in the lock for an OCI architecture."""
    packages = distro_lock(distro).packages
    problem = package_problem(distro, package, architecture, packages)
    if problem:
        fail(problem)
    return packages[package][debian_architecture(architecture)]

def package_label(distro, package, architecture, target = "data"):
    """The label of the layer (`data`) or the file (`deb`) of a package. Fails if it is not in the lock."""
    _locked(distro, package, architecture)
    return str(_hub_label(distro, package, debian_architecture(architecture), target))

def package_layers(distro, packages, architecture):
    """The labels of the layers of packages, in this order."""
    return [package_label(distro, package, architecture) for package in packages]

def package_key(distro, package, architecture):
    """`all` if all architectures share one file, otherwise the Debian architecture name, for names of targets."""
    return _locked(distro, package, architecture)["key"]

def package_files(distro, package):
    """One architecture for each file of a package.

    Args:
      distro: the distro, such as `debian12`.
      package: the name of the package.

    Returns:
      A list of OCI architecture names. If all architectures share one file, it is the first architecture of the distro.
    """
    problem = distro_problem("find packages of", distro, DISTROS)
    if problem:
        fail(problem)
    first = {}
    for architecture in DISTROS[distro].architectures:
        first.setdefault(package_key(distro, package, architecture), architecture)
    return first.values()

def package_version(distro, package, architecture):
    """The version of a package in the lock."""
    return _locked(distro, package, architecture)["version"]
