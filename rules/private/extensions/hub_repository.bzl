"""hub_repository: the labels of one lock, `@HUB//PACKAGE` and `@HUB//PACKAGE/ARCHITECTURE`. It downloads no file.

It does not depend on the content of the lock, only on which packages and architectures there are: after a new version of
a package it stays as it is, so Bazel loads none of its packages again. What depends on the content is `lock_repository`.
"""

load("//rules/private/extensions:lock.bzl", "LOCK_DIRECTORY")

_ROOT = """load("{targets}", "root_targets")
load("{command}", "debian_lock_run")
load("//:names.bzl", "ARCHITECTURES", "PACKAGES")

package(default_visibility = ["//visibility:public"])

exports_files([
    "lock.bzl",
    "packages.bzl",
])
{lock}
root_targets({hub}, PACKAGES, ARCHITECTURES)

debian_lock_run(
    name = "lock",
    args = {args},
    problem = {problem},
    tags = ["manual"],
)
"""

# The lock is an input of every package, which must not load the targets above: they name all packages.
_LOCK_ALIAS = """
alias(
    name = "lock.json",
    actual = "//{directory}:lock.json",
)
"""

_PACKAGES = """\"\"\"Labels of packages by name. A package that is not in the lock is an error that lists similar names.\"\"\"

load("{packages}", "package_labels")
load("//:names.bzl", "PACKAGES")

def packages(names, architecture = "", target = "data"):
    \"\"\"The labels of packages.

    Args:
      names: the packages.
      architecture: the Debian architecture name; by default that of the target platform.
      target: `data` (the layer), `control` or `deb`.

    Returns:
      Labels, in the order of `names`.
    \"\"\"
    return package_labels({hub}, Label("//:names.bzl"), PACKAGES, names, architecture, target)

def package(name, architecture = "", target = "data"):
    \"\"\"The label of one package; see `packages`.\"\"\"
    return packages([name], architecture, target)[0]
"""

_PACKAGE = """load("{targets}", "package_targets")

package(default_visibility = ["//visibility:public"])

package_targets({architectures})
"""

_ARCHITECTURE = """load("{targets}", "architecture_targets")

package(default_visibility = ["//visibility:public"])

architecture_targets({hub}, {key})
"""

_ARCHITECTURE_WITH_DEPENDENCIES = """load("{targets}", "architecture_targets")
load("//:names.bzl", "DEPENDENCIES")

package(default_visibility = ["//visibility:public"])

architecture_targets({hub}, {key}, DEPENDENCIES)
"""

_NAMES = """\"\"\"The packages of the lock, for the BUILD files of this repository.\"\"\"

ARCHITECTURES = {architectures}

_SHAPES = {shapes}

# Package to Debian architecture to the key of the package in the lock.
PACKAGES = {{name: _SHAPES[shape] for name, shape in json.decode({packages}).items()}}

# Package to Debian architecture to the packages that it depends on; of a hub with dependencies.
DEPENDENCIES = json.decode({dependencies})
"""

_LOCK_BUILD = """exports_files(
    ["lock.json"],
    visibility = ["//visibility:public"],
)
"""

_LOCK = """\"\"\"The data of the lock, for BUILD files.\"\"\"

load("@{repository}//:lock.bzl", _LOCK = "LOCK")

LOCK = _LOCK
"""

def _write_package_directories(rctx, shapes, packages, facts):
    """Writes a directory for each package.

    Packages of one shape have equal directories: the first one is written, the others are links to it. Otherwise a
    thousand packages would need many thousand files.
    """
    architecture = _ARCHITECTURE_WITH_DEPENDENCIES if rctx.attr.dependencies else _ARCHITECTURE
    written = {}
    for name, shape in packages.items():
        if shape in written:
            rctx.symlink(written[shape], name)
            continue
        written[shape] = rctx.path(name)
        keys = shapes[shape]
        rctx.file(name + "/BUILD.bazel", _PACKAGE.format(architectures = repr(keys.keys()), **facts), executable = False)
        for debian, key in keys.items():
            rctx.file("%s/%s/BUILD.bazel" % (name, debian), architecture.format(key = repr(key), **facts), executable = False)

def _hub_repository_impl(rctx):
    names = json.decode(rctx.attr.names)
    facts = {
        "args": repr(rctx.attr.lock_args),
        "command": str(Label("//rules/private/extensions:lock_command.bzl")),
        "hub": repr(rctx.attr.hub),
        "lock": "" if rctx.attr.empty else _LOCK_ALIAS.format(directory = LOCK_DIRECTORY),
        "packages": str(Label("//rules/private/extensions:hub_packages.bzl")),
        "problem": repr(rctx.attr.lock_problem),
        "targets": str(Label("//rules/private/extensions:hub_targets.bzl")),
    }
    rctx.file("BUILD.bazel", _ROOT.format(**facts), executable = False)
    rctx.file("packages.bzl", _PACKAGES.format(**facts), executable = False)
    rctx.file("names.bzl", _NAMES.format(
        architectures = repr(names["architectures"]),
        dependencies = repr(rctx.attr.dependencies or "{}"),
        packages = repr(json.encode(names["packages"])),
        shapes = repr(names["shapes"]),
    ), executable = False)
    rctx.file("lock.bzl", _LOCK.format(repository = rctx.attr.lock_repository), executable = False)
    if not rctx.attr.empty:
        # It is an input of evidence only: no layer depends on the lock. A link to the repository of the lock, not to the
        # lock: `bazel vendor` keeps such links right in another checkout.
        repository = rctx.name.removesuffix(rctx.attr.hub) + rctx.attr.lock_repository
        rctx.file(LOCK_DIRECTORY + "/BUILD.bazel", _LOCK_BUILD, executable = False)
        rctx.symlink(rctx.path(".").dirname.get_child(repository).get_child("lock.json"), LOCK_DIRECTORY + "/lock.json")
    _write_package_directories(rctx, names["shapes"], names["packages"], facts)

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Aliases to the package repositories of one lock, the lock as `lock.json`, and its data as `lock.bzl`.",
    attrs = {
        "dependencies": attr.string(doc = "JSON: package to architecture to an object with the list `depends`, if `//PACKAGE` is the package with all its dependencies; otherwise an empty string."),
        "empty": attr.bool(doc = "Whether there is no lock yet. The hub then has only the lock command."),
        "hub": attr.string(doc = "The name of the hub in the extension.", mandatory = True),
        "lock_args": attr.string_list(doc = "The arguments of debian_lock that update the lock."),
        "lock_problem": attr.string(doc = "The reason why the lock cannot be updated, or an empty string."),
        "lock_repository": attr.string(doc = "The name of the `lock_repository` of the lock, which has the lock too: Bazel would make this repository again after each change of a label's file.", mandatory = True),
        "names": attr.string(doc = "JSON: the result of `lock_names`.", mandatory = True),
    },
)
