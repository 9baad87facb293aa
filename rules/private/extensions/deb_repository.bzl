"""deb_repository: one .deb, by hash, from the first address that has it or from a folder beside the lock."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "get_auth")
load("//rules/private/extensions:addresses.bzl", "addresses", "environment_variable", "fetch_problem", "file_address", "folder_problem")
load("//rules/private/extensions:lock_fields.bzl", "deb_file_name")

def _download(rctx, urls, output):
    """Tries each address. Returns a list of those that failed, or None after success."""
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
        urls = addresses(rctx.attr.filename, environment, rctx.attr.roots)
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
    """Copies a file of the workspace. Its hash is worked out anew: a download by hash would not look at the file, but in Bazel's cache."""
    path = rctx.attr.folder.removesuffix("/") + "/" + rctx.attr.filename
    file = rctx.path(rctx.attr.lock).dirname.get_child(path)
    rctx.watch(file)
    found = None
    if file.exists:
        found = rctx.download(url = file_address(str(file)), output = output).sha256
    if found != rctx.attr.sha256:
        fail(folder_problem(
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
        deb_bzl = str(Label("//rules/private:deb_layer.bzl")),
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

package(default_visibility = ["//visibility:public"])

alias(
    name = "deb",
    actual = {file},
)

control_archive(
    name = "control",
    deb = {file},
)

locked_deb_layer(
    name = "data",
    deb = {file},
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
    doc = "One .deb as `:deb`, its layer as `:data`, and its control archive as `:control`.",
    attrs = {
        "architecture": attr.string(doc = "Debian's spelling, or `all`.", mandatory = True),
        "filename": attr.string(doc = "Its path below the source's address or in its folder."),
        "folder": attr.string(doc = "The source's folder, relative to that of the lock."),
        "lock": attr.label(doc = "The lock, where `folder` is set."),
        "merged_usr": attr.bool(doc = "For a distro in which `/bin` and its like are links into `/usr`."),
        "origin": attr.string(doc = "The source package."),
        "package": attr.string(doc = "The package's name.", mandatory = True),
        "roots": attr.string_list(doc = "Addresses of the source, in the order to try, after those of the environment."),
        "sha256": attr.string(doc = "SHA-256 of the file.", mandatory = True),
        "size": attr.int(doc = "Bytes of the file."),
        "source": attr.string(doc = "The archive, or the source, that the environment variable `<SOURCE>_MIRROR` is for."),
        "urls": attr.string_list(doc = "Addresses of the file itself, instead of all that."),
        "version": attr.string(doc = "The package's version.", mandatory = True),
    },
)
