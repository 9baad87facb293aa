"""hub_repository: the labels of one lock, `@HUB//PACKAGE` and `@HUB//PACKAGE/ARCHITECTURE`. It downloads no file."""

load("//rules/private/extensions:lock.bzl", "decode_lock", "entry_for")

_ROOT = """load("{targets}", "root_targets")
load("{command}", "debian_lock_run")
load("//:lock.bzl", "LOCK")

package(default_visibility = ["//visibility:public"])

exports_files({files})

root_targets({hub}, LOCK.packages, LOCK.architectures)

debian_lock_run(
    name = "lock",
    args = {args},
    problem = {problem},
    tags = ["manual"],
)
"""

_PACKAGES = """\"\"\"Labels of packages by name. A package that is not in the lock is an error that lists similar names.\"\"\"

load("{packages}", "package_labels")
load("//:lock.bzl", "LOCK")

def packages(names, architecture = "", target = "data"):
    \"\"\"The labels of packages.

    Args:
      names: the packages.
      architecture: the Debian architecture name; by default that of the target platform.
      target: `data` (the layer), `control` or `deb`.

    Returns:
      Labels, in the order of `names`.
    \"\"\"
    return package_labels({hub}, Label("//:lock.bzl"), LOCK.packages, names, architecture, target)

def package(name, architecture = "", target = "data"):
    \"\"\"The label of one package; see `packages`.\"\"\"
    return packages([name], architecture, target)[0]
"""

_PACKAGE = """load("{targets}", "package_targets")
load("//:lock.bzl", "LOCK")

package(default_visibility = ["//visibility:public"])

package_targets(LOCK.packages)
"""

_ARCHITECTURE = """load("{targets}", "architecture_targets")
load("//:lock.bzl", "LOCK")

package(default_visibility = ["//visibility:public"])

architecture_targets({hub}, LOCK.packages)
"""

_LOCK = """\"\"\"The data of the lock, for BUILD files.\"\"\"

LOCK = struct(
    architectures = {architectures},
    distro = {distro},
    packages = json.decode({packages}),
    snapshot = {snapshot},
)
"""

_NOTHING = {"architectures": [], "distro": "", "packages": {}, "snapshot": ""}

def _entry(package, key, with_dependencies):
    entry = {
        "key": key,
        "source": package["source"],
        "source_version": package["source_version"],
        "version": package["version"],
    }
    return entry | ({"depends": package["depends"]} if with_dependencies else {})

def _table(lock, with_dependencies):
    """Package to architecture to the data that BUILD files use."""
    table = {}
    for name, entries in lock["packages"].items():
        keys = {debian: entry_for(lock, name, debian) for debian in lock["architectures"]}
        table[name] = {debian: _entry(entries[key], key, with_dependencies) for debian, key in keys.items() if key}
    return table

def _write_package_directories(rctx, table, package, architecture):
    """Writes a directory for each package.

    Packages with the same architectures have equal directories: the first one is written, the others are links to it.
    Otherwise a thousand packages would need many thousand files.
    """
    written = {}
    for name, entries in table.items():
        shape = " ".join(sorted(entries))
        if shape in written:
            rctx.symlink(written[shape], name)
            continue
        written[shape] = rctx.path(name)
        rctx.file(name + "/BUILD.bazel", package, executable = False)
        for debian in entries:
            rctx.file("%s/%s/BUILD.bazel" % (name, debian), architecture, executable = False)

def _hub_repository_impl(rctx):
    lock = _NOTHING
    if not rctx.attr.empty:
        # The extension that declared this repository has already checked the lock.
        lock = decode_lock(rctx.read(rctx.attr.lock))
    table = _table(lock, rctx.attr.with_dependencies)
    facts = {
        "args": repr(rctx.attr.lock_args),
        "files": repr(["lock.bzl", "packages.bzl"] + ([] if rctx.attr.empty else ["lock.json"])),
        "command": str(Label("//rules/private/extensions:lock_command.bzl")),
        "hub": repr(rctx.attr.hub),
        "packages": str(Label("//rules/private/extensions:hub_packages.bzl")),
        "problem": repr(rctx.attr.lock_problem),
        "targets": str(Label("//rules/private/extensions:hub_targets.bzl")),
    }
    rctx.file("BUILD.bazel", _ROOT.format(**facts), executable = False)
    rctx.file("packages.bzl", _PACKAGES.format(**facts), executable = False)
    rctx.file("lock.bzl", _LOCK.format(
        architectures = repr(lock["architectures"]),
        distro = repr(lock["distro"]),
        packages = repr(json.encode(table)),
        snapshot = repr(lock["snapshot"]),
    ), executable = False)
    if not rctx.attr.empty:
        # An exact copy. It is an input of evidence only: no layer depends on the lock.
        rctx.template("lock.json", rctx.attr.lock, executable = False)
    _write_package_directories(rctx, table, _PACKAGE.format(**facts), _ARCHITECTURE.format(**facts))

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Aliases to the package repositories of one lock, the lock as `lock.json`, and its data as `lock.bzl`.",
    attrs = {
        "empty": attr.bool(doc = "Whether there is no lock yet. The hub then has only the lock command."),
        "hub": attr.string(doc = "The name of the hub in the extension.", mandatory = True),
        "lock": attr.label(doc = "The lock.", mandatory = True),
        "lock_args": attr.string_list(doc = "The arguments of debian_lock that update the lock."),
        "lock_problem": attr.string(doc = "The reason why the lock cannot be updated, or an empty string."),
        "with_dependencies": attr.bool(doc = "Whether `//PACKAGE` is the package with all its dependencies."),
    },
)
