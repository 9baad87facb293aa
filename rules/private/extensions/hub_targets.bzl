"""The targets of a hub. Its BUILD files are the same for every package and find out by their own names which one they are for."""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private/extensions:lock.bzl", "repository_name")

_TARGETS = ["data", "deb"]

# Debian's spelling to the setting of the target platform.
_SETTINGS = {
    debian: Label("//rules/platforms:" + oci)
    for oci, debian in architectures.debian.items()
}

# What no platform is: a select needs a condition.
_NEVER = Label("@platforms//:incompatible")

def _choice(what, values, otherwise):
    """A select over the target platform.

    Args:
      what: what is chosen, for the message where nothing fits.
      values: Debian's spelling of an architecture to the value.
      otherwise: any value of that type.

    Returns:
      The select.
    """
    return select(
        {_SETTINGS[debian]: value for debian, value in values.items() if debian in _SETTINGS} or {_NEVER: otherwise},
        no_match_error = "%s is not locked for the target platform; it is for %s" % (what, ", ".join(sorted(values)) or "none"),
    )

def _aliases(aliases, name):
    """Aliases, and `name` for the layer. A package may be named as a target is; then it is that target."""
    for target, actual in aliases.items():
        native.alias(name = target, actual = actual)
    if name not in aliases:
        native.alias(name = name, actual = ":data")

# buildifier: disable=unnamed-macro
def package_targets(packages):
    """`//PACKAGE:data`, `:deb` and `:PACKAGE`: those of the target platform.

    Args:
      packages: what the lock says of packages.
    """
    package = native.package_name()
    _aliases({
        target: _choice(
            "package `%s`" % package,
            {debian: "//%s/%s:%s" % (package, debian, target) for debian in packages[package]},
            otherwise = target,
        )
        for target in _TARGETS
    }, package)

# buildifier: disable=unnamed-macro
def architecture_targets(hub, packages):
    """`//PACKAGE/ARCHITECTURE:data`, `:deb` and `:ARCHITECTURE`.

    Args:
      hub: the name of the hub.
      packages: what the lock says of packages.
    """
    package, debian = native.package_name().split("/")
    repository = "@%s//:" % repository_name(hub, package, packages[package][debian]["key"])
    _aliases({target: repository + target for target in _TARGETS}, debian)

def all_packages(name, hub, packages, supported):
    """The layers of all packages that are locked for the target platform.

    Args:
      name: the target's name.
      hub: the name of the hub.
      packages: what the lock says of packages.
      supported: the lock's architectures.
    """
    native.filegroup(
        name = name,
        srcs = _choice("hub `@%s`" % hub, {
            debian: ["//%s/%s:data" % (package, debian) for package, entries in packages.items() if debian in entries]
            for debian in supported
        }, otherwise = []),
    )
