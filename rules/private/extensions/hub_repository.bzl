"""hub_repository: the labels of one lock, `@HUB//PACKAGE` and `@HUB//PACKAGE/ARCHITECTURE`; downloads nothing."""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private/extensions:lock.bzl", "entry_for", "parse_lock", "repository_name")

_TARGETS = ["data", "deb"]

_ALIAS = """
alias(
    name = "{name}",
    actual = {actual},
)
"""

def _build_file(aliases):
    return "package(default_visibility = [\"//visibility:public\"])\n" + "".join([
        _ALIAS.format(name = name, actual = actual)
        for name, actual in aliases.items()
    ])

def _architecture_aliases(hub, package, key):
    repository = "@%s//:" % repository_name(hub, package, key)
    return {target: json.encode(repository + target) for target in _TARGETS}

def _package_aliases(package, supported, last):
    aliases = {}
    for target in _TARGETS:
        choices = {
            str(Label("//rules/platforms:" + oci)): "//%s/%s:%s" % (package, debian, target)
            for oci, debian in architectures.debian.items()
            if debian in supported
        }
        aliases[target] = "select(%s, no_match_error = %s)" % (
            json.encode(choices),
            json.encode("package `%s` is not locked for the target platform; it is for %s" % (package, ", ".join(supported))),
        )
    aliases[last] = json.encode(":data")
    return aliases

def _hub_repository_impl(rctx):
    lock = parse_lock(str(rctx.attr.lock), rctx.read(rctx.attr.lock)).lock
    table = {}
    for package in lock["packages"]:
        keys = {debian: entry_for(lock, package, debian) for debian in lock["architectures"]}
        keys = {debian: key for debian, key in keys.items() if key}
        table[package] = {
            debian: {
                "key": key,
                "source": lock["packages"][package][key]["source"],
                "source_version": lock["packages"][package][key]["source_version"],
                "version": lock["packages"][package][key]["version"],
            }
            for debian, key in keys.items()
        }
        for debian, key in keys.items():
            aliases = _architecture_aliases(rctx.attr.hub, package, key)
            rctx.file("%s/%s/BUILD.bazel" % (package, debian), _build_file(aliases | {debian: json.encode(":data")}))
        rctx.file(package + "/BUILD.bazel", _build_file(_package_aliases(package, sorted(keys), package)))
    rctx.file("BUILD.bazel", "exports_files([\"lock.bzl\"])\n")
    rctx.file("lock.bzl", "\"\"\"What the lock says, for BUILD files.\"\"\"\n\nLOCK = struct(\n    distro = %s,\n    packages = json.decode(%s),\n    snapshot = %s,\n)\n" % (
        json.encode(lock["distro"]),
        repr(json.encode(table)),
        json.encode(lock["snapshot"]),
    ))

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Aliases to the package repositories of one lock, and the lock's facts as `lock.bzl`.",
    attrs = {
        "hub": attr.string(doc = "The name of the hub as the extension knows it.", mandatory = True),
        "lock": attr.label(doc = "The lock.", mandatory = True),
    },
)
