"""The functions of `@HUB//:packages.bzl`: checked labels of packages by name."""

load("//rules/private:nearest.bzl", "nearest")

_TARGETS = ["", "control", "data", "deb"]

def _listed(names):
    return ", ".join(["`%s`" % name for name in names]) or "none"

def names_problem(hub, names):
    """Checks the form of a list of package names.

    Args:
      hub: the name of the hub.
      names: the list.

    Returns:
      A message, or None.
    """
    what = "cannot use packages of `@%s`: expected " % hub
    if type(names) not in ["dict", "list", "tuple"]:
        return what + "a list of names, found `%s`" % names
    for name in names:
        if type(name) != "string":
            return what + "the name of a package, found `%s`" % str(name)
    return None

def package_problem(hub, packages, package, architecture, target):
    """Checks a package name.

    Args:
      hub: the name of the hub.
      packages: the packages of the lock.
      package: the name of the package.
      architecture: the Debian architecture name, or an empty string for the target platform.
      target: the name of the target.

    Returns:
      A message, or None.
    """
    what = "cannot use package `%s` of `@%s`: " % (package, hub)
    if target not in _TARGETS:
        return what + "unknown target `%s`; expected one of %s" % (target, _listed(_TARGETS[1:]))
    lock = "lock it: `bazel run @%s//:lock`" % hub
    if package not in packages:
        near = nearest(package, packages)
        return what + "it is not in the lock%s\nhint: add it to the manifest and %s" % (
            "; similar names: " + _listed(near) if near else "",
            lock,
        )
    if architecture and architecture not in packages[package]:
        return what + "the lock has it for %s, not for `%s`\nhint: add the architecture to `archs` of the manifest and %s" % (
            _listed(sorted(packages[package])),
            architecture,
            lock,
        )
    return None

def package_labels(hub, root, packages, names, architecture, target):
    """Labels of packages. Fails for a package that is not in the lock, with similar names.

    Args:
      hub: the name of the hub.
      root: any label of the hub.
      packages: the packages of the lock.
      names: the names of the packages.
      architecture: the Debian architecture name, or an empty string for the target platform.
      target: `data` (the layer), `control` or `deb`; an empty string for the target with the name of the directory.

    Returns:
      A list of labels in the order of `names`.
    """
    problem = names_problem(hub, names)
    if problem:
        fail(problem)
    for name in names:
        problem = package_problem(hub, packages, name, architecture, target)
        if problem:
            fail(problem)
    directories = [name + ("/" + architecture if architecture else "") for name in names]
    return [Label("@@%s//%s:%s" % (
        root.repo_name,
        directory,
        target or directory.split("/")[-1],
    )) for directory in directories]
