"""runtime_hub: the labels of the lock of a runtime, `@HUB//VERSION` and `@HUB//VERSION/ARCHITECTURE`."""

load("//rules/private/extensions:runtime_lock.bzl", "package_url", "parse_runtime_lock", "runtime_repository_name")

_ROOT = """package(default_visibility = ["//visibility:public"])

exports_files([
    "lock.bzl",
    "lock.json",
])
"""

_LOCK = """\"\"\"The data of the lock, for BUILD files.\"\"\"

LOCK = struct(
    # Version to architecture to `purl`, and whether there is a `second_source`.
    archives = json.decode({archives}),
    homepage = {homepage},
    license = {license},
    name = {name},
    supplier = {supplier},
)
"""

_ALIAS = """alias(
    name = {target},
    actual = {actual},
)
"""

_PUBLIC = "package(default_visibility = [\"//visibility:public\"])\n"

_TARGETS = ["archive", "data"]

def _build(aliases):
    """The text of a BUILD file. `aliases` is a dict of names to expressions."""
    return "\n".join([_PUBLIC] + [_ALIAS.format(target = repr(target), actual = actual) for target, actual in aliases.items()])

def _choice(name, version, target, architectures):
    """A select over the target platform."""
    cases = {
        str(Label("//rules/platforms:" + architecture)): "//%s/%s:%s" % (version, architecture, target)
        for architecture in architectures
    }
    error = "%s %s is not locked for the target platform; it is locked for %s" % (name, version, ", ".join(sorted(architectures)))
    return "select(%r, no_match_error = %r)" % (cases, error)

def _runtime_hub_impl(rctx):
    # The extension that declared this repository has already checked the lock.
    lock = parse_runtime_lock(str(rctx.attr.lock), rctx.read(rctx.attr.lock)).lock
    facts = {}
    for version, archives in lock["archives"].items():
        facts[version] = {
            architecture: {"purl": package_url(lock, version, archive), "second_source": "npm" in archive}
            for architecture, archive in archives.items()
        }
        rctx.file(version + "/BUILD.bazel", _build({
            target: _choice(lock["name"], version, target, archives)
            for target in _TARGETS
        }), executable = False)
        for architecture in archives:
            repository = runtime_repository_name(rctx.attr.hub, version, architecture)
            rctx.file("%s/%s/BUILD.bazel" % (version, architecture), _build({
                target: repr("@%s//:%s" % (repository, target))
                for target in _TARGETS
            }), executable = False)
    rctx.file("BUILD.bazel", _ROOT, executable = False)
    rctx.template("lock.json", rctx.attr.lock, executable = False)
    rctx.file("lock.bzl", _LOCK.format(
        archives = repr(json.encode(facts)),
        homepage = repr(lock["homepage"]),
        license = repr(lock["license"]),
        name = repr(lock["name"]),
        supplier = repr(lock["supplier"]),
    ), executable = False)

runtime_hub = repository_rule(
    implementation = _runtime_hub_impl,
    doc = "Aliases to the archives of one lock, the lock as `lock.json`, and its data as `lock.bzl`.",
    attrs = {
        "hub": attr.string(doc = "The name of the hub in the extension.", mandatory = True),
        "lock": attr.label(doc = "The lock.", mandatory = True),
    },
)
