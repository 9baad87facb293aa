"""Checks of data: distros, architectures, packages. Pure functions, so that every message has a test."""

load("//rules:architectures.bzl", "architectures")
load("//rules:messages.bzl", "nearest")

def _listed(names):
    return ", ".join(["`%s`" % name for name in names]) or "none"

def distro_problem(what, distro, known):
    """Checks the name of a distro.

    Args:
      what: the action that fails, for the message: `make images of`.
      distro: the name.
      known: the known distros.

    Returns:
      A message, or None.
    """
    if distro in known:
        return None
    return "cannot %s `%s`: unknown distro; there are %s\nhint: a new one is an entry of DISTROS in common/variables.bzl (CONTRIBUTING.md, \"Add a distro\")" % (
        what,
        distro,
        _listed(known),
    )

def lock_problem(distro, locks):
    """Checks that a distro has a lock with packages.

    Args:
      distro: the name of the distro.
      locks: dict of distros to `LOCK` of the `lock.bzl` of their hubs.

    Returns:
      A message, or None.
    """
    if distro not in locks:
        return "cannot find packages of `%s`: it has no lock; there are those of %s\nhint: load `@%s//:lock.bzl` in common/packages.bzl and add it to LOCKS (CONTRIBUTING.md, \"Add a distro\")" % (
            distro,
            _listed(locks),
            distro,
        )
    if not locks[distro].packages:
        return "cannot find packages of `%s`: its lock is not there yet\nhint: make it with `./bazelw run @%s//:lock`" % (distro, distro)
    return None

def made_problem(distro, made, supported):
    """Checks the architectures to build images for.

    Args:
      distro: the name of the distro.
      made: the OCI architecture names.
      supported: the architectures of the distro.

    Returns:
      A message, or None.
    """
    for architecture in made:
        problem = architectures.problem(architecture)
        if problem:
            return "cannot make images of `%s`: made: %s" % (distro, problem)
        if architecture not in supported:
            return "cannot make images of `%s`: made: the distro is not here for `%s`; it is for %s\nhint: add it to `architectures` of the distro in common/variables.bzl (CONTRIBUTING.md, \"Add an architecture\")" % (
                distro,
                architecture,
                _listed(supported),
            )
    return None

def package_problem(distro, package, architecture, packages):
    """Checks that the lock has a package for an architecture.

    Args:
      distro: the name of the distro.
      package: the name of the package.
      architecture: the OCI architecture name.
      packages: the packages of the lock: name to Debian architecture name to data.

    Returns:
      A message, or None.
    """
    what = "cannot take package `%s` of `%s` for `%s`: " % (package, distro, architecture)
    problem = architectures.problem(architecture)
    if problem:
        return what + problem
    manifest = "debian_packages/%s.yaml" % distro
    if package not in packages:
        near = nearest(package, packages)
        return what + "it is not in debian_packages/%s.lock.json%s\nhint: add it to %s and lock it: `./bazelw run //debian_packages:update`" % (
            distro,
            "; similar there: " + _listed(near) if near else "",
            manifest,
        )
    if architectures.debian[architecture] not in packages[package]:
        return what + "debian_packages/%s.lock.json has it for %s only\nhint: leave `%s` out of the images that hold it, or see to %s and lock it: `./bazelw run //debian_packages:update`" % (
            distro,
            _listed([oci for oci, debian in architectures.debian.items() if debian in packages[package]]),
            architecture,
            manifest,
        )
    return None
