"""The targets of a hub.

The BUILD files of packages with the same architectures are equal: they get the package from the name of their directory.
"""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private/deb:dpkg_status.bzl", "dpkg_status")
load("//rules/private/extensions:closure.bzl", "closure")
load("//rules/private/extensions:lock.bzl", "repository_name")
load("//rules/private/layer:flatten.bzl", "flatten")

_TARGETS = ["control", "data", "deb"]

# The targets of a hub, in addition to the target with the hub's name.
_ROOT_TARGETS = ["dpkg_status", "flat", "lock", "packages"]

# Debian architecture to the setting of the target platform.
_SETTINGS = {
    debian: Label("//rules/platforms:" + oci)
    for oci, debian in architectures.debian.items()
}

# A condition that no platform meets, because a select needs a condition.
_NEVER = Label("@platforms//:incompatible")

def _choice(what, values, otherwise):
    """A select over the target platform.

    Args:
      what: the name of the choice, for the message if no platform matches.
      values: dict of Debian architecture names to values.
      otherwise: any value of the same type.

    Returns:
      The select.
    """
    return select(
        {_SETTINGS[debian]: value for debian, value in values.items() if debian in _SETTINGS} or {_NEVER: otherwise},
        no_match_error = "%s is not locked for the target platform; it is locked for %s" % (what, ", ".join(sorted(values)) or "none"),
    )

def _aliases(aliases):
    for target, actual in aliases.items():
        native.alias(name = target, actual = actual)

# buildifier: disable=unnamed-macro
def package_targets(locked):
    """Declares `//PACKAGE:data`, `:deb`, `:control` and `:PACKAGE`, for the target platform.

    Args:
      locked: the Debian architectures that the lock has the package for.
    """
    package = native.package_name()

    # If a package has the name of a target, that target is the package.
    names = {target: target for target in _TARGETS}
    names.setdefault(package, "")
    _aliases({
        target: _choice(
            "package `%s`" % package,
            {debian: "//%s/%s%s" % (package, debian, ":" + there if there else "") for debian in locked},
            otherwise = target,
        )
        for target, there in names.items()
    })

# buildifier: disable=unnamed-macro
def architecture_targets(hub, key, dependencies = None):
    """Declares `//PACKAGE/ARCHITECTURE:data`, `:deb`, `:control` and `:ARCHITECTURE`.

    Args:
      hub: the name of the hub.
      key: the key of the package in the lock: the architecture or `all`.
      dependencies: the dependencies of all packages, if `:ARCHITECTURE` is the package with its dependencies.
    """
    package, debian = native.package_name().split("/")
    repository = "@%s//:" % repository_name(hub, package, key)
    _aliases({target: repository + target for target in _TARGETS})
    if dependencies == None:
        native.alias(name = debian, actual = ":data")
        return
    native.filegroup(
        name = debian,
        srcs = ["//%s/%s:data" % (needed, debian) for needed in closure(dependencies, package, debian)],
    )

def _each(hub, packages, supported, target):
    """A select over the labels of one target of all packages that the lock has for the target platform."""
    return _choice("hub `@%s`" % hub, {
        debian: ["//%s/%s:%s" % (package, debian, target) for package, entries in packages.items() if debian in entries]
        for debian in supported
    }, otherwise = [])

# buildifier: disable=unnamed-macro
def root_targets(hub, packages, supported):
    """Declares `//:packages`, `:dpkg_status`, `:HUB`, which is both, and `:flat`, which is both as one layer.

    Args:
      hub: the name of the hub.
      packages: the packages of the lock.
      supported: the architectures of the lock.
    """
    native.filegroup(
        name = "packages",
        srcs = _each(hub, packages, supported, "data"),
    )
    dpkg_status(
        name = "dpkg_status",
        controls = _each(hub, packages, supported, "control"),
    )
    flatten(
        name = "flat",
        created_by = "packages and what dpkg knows of them",
        layers = [":dpkg_status"] + _each(hub, packages, supported, "data"),
    )
    if hub not in _ROOT_TARGETS:
        native.filegroup(
            name = hub,
            srcs = [
                ":dpkg_status",
                ":packages",
            ],
        )
