"""deb_repository: one Debian package by SHA-256, from the first URL that has it or a directory next to the lock."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "get_auth")
load("//rules/private/extensions:lock.bzl", "LOCK_DIRECTORY")
load("//rules/private/extensions:lock_fields.bzl", "deb_file_name")
load("//rules/private/extensions:locks_repository.bzl", "LOCKS_REPOSITORY")
load("//rules/private/extensions:package_repository.bzl", "sibling")
load("//rules/private/extensions:urls.bzl", "directory_problem", "environment_variable", "fetch_problem", "file_url", "file_urls")

def _download(rctx, urls, output):
    """Tries each URL. Returns a list of the URLs that failed, or None after success."""
    auth = get_auth(rctx, urls)
    failed = []
    for url in urls:
        result = rctx.download(url = url, output = output, sha256 = rctx.attr.sha256, allow_fail = True, auth = auth)
        if result.success:
            return None
        failed.append(url)
    return failed

def _fetch(rctx, output):
    urls = rctx.attr.urls
    if not urls:
        environment = rctx.getenv(environment_variable(rctx.attr.source)) or ""
        urls = file_urls(rctx.attr.filename, environment, rctx.attr.roots)
    failed = _download(rctx, urls, output)
    if failed != None:
        fail(fetch_problem(
            package = rctx.attr.package,
            version = rctx.attr.version,
            architecture = rctx.attr.architecture,
            source = "" if rctx.attr.urls else rctx.attr.source,
            sha256 = rctx.attr.sha256,
            urls = failed,
        ))

def _take(rctx, output):
    """Copies a file of the workspace and computes its hash. A download by hash would use Bazel's cache instead."""
    path = rctx.attr.folder.removesuffix("/") + "/" + rctx.attr.filename
    file = rctx.workspace_root.get_child(rctx.attr.lock).dirname.get_child(path)
    rctx.watch(file)
    found = None
    if file.exists:
        found = rctx.download(url = file_url(str(file)), output = output).sha256
    if found != rctx.attr.sha256:
        fail(directory_problem(
            package = rctx.attr.package,
            version = rctx.attr.version,
            architecture = rctx.attr.architecture,
            path = path.removeprefix("./"),
            sha256 = rctx.attr.sha256,
            found = found,
        ))

def _deb_repository_impl(rctx):
    file = deb_file_name(rctx.attr.filename, rctx.attr.package, rctx.attr.version, rctx.attr.architecture)
    if rctx.attr.folder:
        _take(rctx, file)
    else:
        _fetch(rctx, file)
    rctx.file("BUILD.bazel", _BUILD.format(
        control_bzl = str(Label("//rules:deb.bzl")),
        deb_bzl = str(Label("//rules/private/deb:deb_layer.bzl")),
        locked_file_bzl = str(Label("//rules/private:locked_file.bzl")),
        lock = repr("@@%s//%s:lock.json" % (
            sibling(Label("@debian_locks//:BUILD.bazel"), LOCKS_REPOSITORY, rctx.attr.hub),
            LOCK_DIRECTORY,
        )),
        package = repr(rctx.attr.package),
        version = repr(rctx.attr.version),
        architecture = repr(rctx.attr.architecture),
        sha256 = repr(rctx.attr.sha256),
        file = repr(file),
        merged_usr = repr(rctx.attr.merged_usr),
        origin = repr(rctx.attr.origin),
        size = repr(rctx.attr.size),
    ))

_BUILD = """load("{control_bzl}", "control_archive")
load("{deb_bzl}", "locked_deb_layer")
load("{locked_file_bzl}", "locked_file")

package(default_visibility = ["//visibility:public"])

locked_file(
    name = "deb",
    file = {file},
    lock = {lock},
)

control_archive(
    name = "control",
    deb = {file},
)

locked_deb_layer(
    name = "data",
    deb = ":deb",
    architecture = {architecture},
    merged_usr = {merged_usr},
    origin = {origin},
    package = {package},
    sha256 = {sha256},
    size = {size},
    version = {version},
)
"""

deb_repository = repository_rule(
    implementation = _deb_repository_impl,
    doc = "One Debian package as `:deb`, its layer as `:data`, and its control archive as `:control`.",
    attrs = {
        "architecture": attr.string(doc = "Debian architecture name, or `all`.", mandatory = True),
        "filename": attr.string(doc = "Path of the package below the URL of the source, or in its directory."),
        "folder": attr.string(doc = "Directory of the source, relative to the directory of the lock."),
        "hub": attr.string(doc = "Name of the hub, which has the lock.", mandatory = True),
        "lock": attr.string(doc = "The path of the lock, relative to the workspace or absolute, if `folder` is set. Bazel would make this repository again after each change of a label's file."),
        "merged_usr": attr.bool(doc = "Whether the distro has `/bin`, `/lib` and similar directories as links into `/usr`."),
        "origin": attr.string(doc = "Name of the source package."),
        "package": attr.string(doc = "Name of the package.", mandatory = True),
        "roots": attr.string_list(doc = "URLs of the source, in the order to try them, after those of the environment."),
        "sha256": attr.string(doc = "SHA-256 of the file.", mandatory = True),
        "size": attr.int(doc = "Size of the file in bytes."),
        "source": attr.string(doc = "Name of the repository or source, for the environment variable `<SOURCE>_MIRROR`."),
        "urls": attr.string_list(doc = "URLs of the file itself, instead of `source`, `roots`, `filename` and `folder`."),
        "version": attr.string(doc = "Version of the package.", mandatory = True),
    },
)
