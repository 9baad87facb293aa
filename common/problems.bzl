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
    return "cannot %s `%s`: unknown distro; known distros: %s\nhint: to add a distro, add a row to DISTROS in common/variables.bzl (CONTRIBUTING.md, \"Add a distro\")" % (
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
        return "cannot find packages of `%s`: there is no manifest debian_packages/%s.yaml; distros with a manifest: %s\nhint: write the manifest and lock it (CONTRIBUTING.md, \"Add a distro\")" % (
            distro,
            distro,
            _listed(locks),
        )
    if not locks[distro].packages:
        return "cannot find packages of `%s`: there is no file debian_packages/%s.lock.json\nhint: write it with `./bazelw run //debian_packages:lock`" % (distro, distro)
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
            return "cannot make images of `%s`: made: the distro is not built for `%s`; it is built for %s\nhint: add it to `architectures` of the distro in common/variables.bzl (CONTRIBUTING.md, \"Add an architecture\")" % (
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
    what = "cannot use package `%s` of `%s` for `%s`: " % (package, distro, architecture)
    problem = architectures.problem(architecture)
    if problem:
        return what + problem
    manifest = "debian_packages/%s.yaml" % distro
    if package not in packages:
        near = nearest(package, packages)
        return what + "it is not in debian_packages/%s.lock.json%s\nhint: add it to %s and run `./bazelw run //debian_packages:lock`" % (
            distro,
            "; similar names: " + _listed(near) if near else "",
            manifest,
        )
    if architectures.debian[architecture] not in packages[package]:
        return what + "debian_packages/%s.lock.json has it for %s only\nhint: leave `%s` out of the images that contain it, or add the architecture to %s and run `./bazelw run //debian_packages:lock`" % (
            distro,
            _listed([oci for oci, debian in architectures.debian.items() if debian in packages[package]]),
            architecture,
            manifest,
        )
    return None
