"""What `@HUB//:packages.bzl` offers: labels of packages by their names, checked."""

load("//rules/private:nearest.bzl", "nearest")

_TARGETS = ["", "control", "data", "deb"]

def _listed(names):
    return ", ".join(["`%s`" % name for name in names]) or "none"

def package_problem(hub, packages, package, architecture, target):
    """Why a package cannot be had, or None.

    Args:
      hub: the name of the hub.
      packages: what the lock says of packages.
      package: the package.
      architecture: Debian's spelling, or empty for the one of the target platform.
      target: the target.

    Returns:
      A message, or None.
    """
    what = "cannot take package `%s` of `@%s`: " % (package, hub)
    if target not in _TARGETS:
        return what + "there is no target `%s`; there are %s" % (target, _listed(_TARGETS[1:]))
    lock = "lock it: `bazel run @%s//:lock`" % hub
    if package not in packages:
        near = nearest(package, packages)
        return what + "it is not in the lock%s\nhint: add it to the manifest and %s" % (
            "; similar there: " + _listed(near) if near else "",
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
    """Labels of packages; fails on one that is not locked, with the names that are most like it.

    Args:
      hub: the name of the hub.
      root: any label of the hub.
      packages: what the lock says of packages.
      names: the packages.
      architecture: Debian's spelling, or empty for the one of the target platform.
      target: `data` (the layer), `control` or `deb`; empty for the target that is named as the folder.

    Returns:
      Labels, in the order of `names`.
    """
    for name in names:
        problem = package_problem(hub, packages, name, architecture, target)
        if problem:
            fail(problem)
    folders = [name + ("/" + architecture if architecture else "") for name in names]
    return [Label("@@%s//%s:%s" % (
        root.repo_name,
        folder,
        target or folder.split("/")[-1],
    )) for folder in folders]
