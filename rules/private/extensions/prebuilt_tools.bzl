"""prebuilt_tools: the released tools of one host platform, from the first URL that has the locked archive."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "get_auth")
load("//rules/private/extensions:tool_sets.bzl", "ALL_TOOLS")
load("//rules/private/extensions:tools_build_file.bzl", "tools_build_file")
load("//rules/private/extensions:tools_lock.bzl", "TOOLS_MIRROR_VARIABLE", "archive_urls", "tools_archive_problem")

_ARCHIVE = "tools.tar.gz"

def _fetch(rctx):
    """Fetches the archive. Returns whether a URL has it, and the failures of the URLs that were tried before."""
    urls = archive_urls(rctx.attr.url, rctx.getenv(TOOLS_MIRROR_VARIABLE) or "")
    auth = get_auth(rctx, urls)
    failures = []
    for url in urls:
        if rctx.download(url = url, output = _ARCHIVE, sha256 = rctx.attr.sha256, allow_fail = True, auth = auth).success:
            return True, failures

        # A failure does not tell a missing file from a wrong one, but the message for the user depends on it.
        other = rctx.download(url = url, output = "other", allow_fail = True, auth = auth)
        failures.append(struct(found = other.sha256 if other.success else "", url = url))
        rctx.delete("other")
    return False, failures

def _prebuilt_tools_impl(rctx):
    found, failures = _fetch(rctx)
    if not found:
        fail(tools_archive_problem(rctx.attr.platform, rctx.attr.sha256, failures))
    rctx.extract(_ARCHIVE)
    rctx.delete(_ARCHIVE)
    missing = [name for name in ALL_TOOLS if not rctx.path("bin/" + name).exists]
    if missing:
        fail("cannot use the archive of the tools `%s`: it has no file `bin/%s`" % (rctx.attr.url, missing[0]))
    rctx.file("BUILD.bazel", tools_build_file(ALL_TOOLS), executable = False)

prebuilt_tools = repository_rule(
    implementation = _prebuilt_tools_impl,
    doc = "The released tools of one host platform.",
    attrs = {
        "platform": attr.string(doc = "The host platform, such as `linux_amd64`.", mandatory = True),
        "sha256": attr.string(doc = "SHA-256 of the archive.", mandatory = True),
        "url": attr.string(doc = "URL of the archive.", mandatory = True),
    },
)
