"""lock_repository: one lock, and its data as `lock.bzl`. It is made only if a file loads `@HUB//:lock.bzl` or an action reads
`@HUB//:lock.json`."""

load("//rules/private/extensions:lock.bzl", "NO_LOCK", "lock_keys", "use_lock")

_LOCK = """\"\"\"The data of the lock, for BUILD files.\"\"\"

LOCK = struct(
    architectures = {architectures},
    distro = {distro},
    packages = json.decode({packages}),
    snapshot = {snapshot},
)
"""

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
    return {
        name: {
            debian: _entry(entries[key], key, with_dependencies)
            for debian, key in lock_keys(lock["architectures"], entries).items()
        }
        for name, entries in lock["packages"].items()
    }

def _lock_repository_impl(rctx):
    lock = NO_LOCK if rctx.attr.empty else use_lock(str(rctx.attr.lock), rctx.read(rctx.attr.lock))
    rctx.file("BUILD.bazel", "exports_files([\"lock.bzl\"])\n", executable = False)
    if not rctx.attr.empty:
        # An exact copy.
        rctx.template("lock.json", rctx.attr.lock, executable = False)
    rctx.file("lock.bzl", _LOCK.format(
        architectures = repr(lock["architectures"]),
        distro = repr(lock["distro"]),
        packages = repr(json.encode(_table(lock, rctx.attr.with_dependencies))),
        snapshot = repr(lock["snapshot"]),
    ), executable = False)

lock_repository = repository_rule(
    implementation = _lock_repository_impl,
    doc = "One lock as `lock.json`, and its data as `lock.bzl`.",
    attrs = {
        "empty": attr.bool(doc = "Whether there is no lock yet."),
        "lock": attr.label(doc = "The lock.", mandatory = True),
        "with_dependencies": attr.bool(doc = "Whether the data has the dependencies of each package."),
    },
)
