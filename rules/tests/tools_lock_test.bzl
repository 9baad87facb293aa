"""Tests of the lock of the released tools, and of the sources of the tools."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:tool_sets.bzl", "host_platform")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:tools_build_file.bzl", "tools_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:tools_hub.bzl", "hub_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:tools_lock.bzl", "archive_urls", "parse_tools_lock", "tools_archive_problem")

_ARCHIVE = {"sha256": "0" * 64, "url": "https://example.org/v1/distroless_tools_linux_amd64.tar.gz"}

def _lock(archive = {}, **changes):
    return {"archives": {"linux_amd64": _ARCHIVE | archive}, "version": 1} | changes

_CASES = {
    "$: expected JSON, found other text\nhint: restore it from version control": "{",
    "$: expected an object, found an empty list": [],
    "$: expected a field `version`, found none": {"archives": {}},
    "$.version: expected 1, found 2\nhint: write the lock with `bazel run //:release` of this version of distroless": _lock(version = 2),
    "$: expected a field `archives`, found none": {"version": 1},
    "$.archives: expected an object, found an empty list": _lock(archives = []),
    "$.archives: expected the host platforms darwin_amd64, darwin_arm64, linux_amd64, linux_arm64, found \"linux_x86_64\"": _lock(archives = {"linux_x86_64": _ARCHIVE}),
    "$.archives.linux_amd64: expected a field `sha256`, found none": _lock(archives = {"linux_amd64": {"url": "https://a/b.tar.gz"}}),
    "$.archives.linux_amd64.sha256: expected 64 lower-case hexadecimal digits, found \"ABC\"": _lock({"sha256": "ABC"}),
    "$.archives.linux_amd64.url: expected the URL of a .tar.gz, `https://…`, `http://…` or `file:///…`, found \"a.tar.gz\"": _lock({"url": "a.tar.gz"}),
    "$.archives.linux_amd64.url: expected the URL of a .tar.gz, `https://…`, `http://…` or `file:///…`, found \"https://a/b.zip\"": _lock({"url": "https://a/b.zip"}),
    "$.sources: expected a string, found 1": _lock(sources = 1),
}

def _malformed_test_impl(ctx):
    env = unittest.begin(ctx)
    for message, lock in _CASES.items():
        text = lock if type(lock) == "string" else json.encode(lock)
        asserts.equals(env, "cannot read lock `a.json`: " + message, parse_tools_lock("a.json", text).problem)
    asserts.equals(env, {"linux_amd64": _ARCHIVE}, parse_tools_lock("a.json", json.encode(_lock())).archives)
    asserts.equals(env, struct(archives = {}, problem = None), parse_tools_lock("a.json", json.encode({"archives": {}, "version": 1})))
    return unittest.end(env)

malformed_test = unittest.make(_malformed_test_impl)

def _urls_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "file:///a/distroless_tools_linux_amd64.tar.gz",
        "https://b/c/distroless_tools_linux_amd64.tar.gz",
        _ARCHIVE["url"],
    ], archive_urls(_ARCHIVE["url"], "file:///a https://b/c/"))
    asserts.equals(env, [_ARCHIVE["url"]], archive_urls(_ARCHIVE["url"], ""))
    asserts.equals(env, """\
cannot fetch the tools for `linux_amd64`: no URL has the archive with SHA-256 abc
  https://one/a.tar.gz: no answer
hint: set DISTROLESS_TOOLS_MIRROR to the URL of a directory that has `a.tar.gz`, or DISTROLESS_TOOLS=source to compile the tools with cargo (`--repo_env=…`)""", tools_archive_problem(
        "linux_amd64",
        "abc",
        [struct(found = "", url = "https://user:secret@one/a.tar.gz")],
    ))
    asserts.equals(env, """\
cannot fetch the tools for `linux_amd64`: no URL has the archive with SHA-256 abc
  file:///one/a.tar.gz: a file with SHA-256 def
  https://two/a.tar.gz: no answer
hint: a release does not change: find out why the file differs, or set DISTROLESS_TOOLS=source to compile the tools with cargo (`--repo_env=…`)""", tools_archive_problem(
        "linux_amd64",
        "abc",
        [struct(found = "def", url = "file:///one/a.tar.gz"), struct(found = "", url = "https://two/a.tar.gz")],
    ))
    return unittest.end(env)

urls_test = unittest.make(_urls_test_impl)

def _actual(text, command):
    """The target of the alias of a command."""
    return text.partition("    name = \"%s\",\n    actual = \"" % command)[2].partition("\"")[0]

def _hub_test_impl(ctx):
    env = unittest.begin(ctx)
    for os_name, cpu, platform in [
        ("linux", "amd64", "linux_amd64"),
        ("linux", "aarch64", "linux_arm64"),
        ("mac os x", "x86_64", "darwin_amd64"),
        ("mac os x", "aarch64", "darwin_arm64"),
        ("linux", "riscv64", None),
        ("windows 10", "amd64", None),
    ]:
        asserts.equals(env, platform, host_platform(os_name, cpu))

    # If no archive is locked, all tools are compiled, each set in its own repository.
    text = hub_build_file([], "linux_amd64", {}, False)
    asserts.equals(env, "@distroless_extra_tools_from_source//:debian_lock", _actual(text, "debian_lock"))
    asserts.equals(env, "@distroless_tools_from_source//:image_test", _actual(text, "image_test"))
    asserts.equals(env, 1, text.count("toolchain(\n"))

    # Locked archives come first. The tools are compiled on request, and on a machine without an archive.
    locked = ["linux_amd64", "linux_arm64"]
    text = hub_build_file(locked, "linux_amd64", {}, False)
    asserts.equals(env, "@distroless_tools_linux_amd64//:debian_lock", _actual(text, "debian_lock"))
    asserts.equals(env, 3, text.count("toolchain(\n"))
    asserts.true(env, text.find("@distroless_tools_linux_arm64//:tools") < text.find("@distroless_tools_from_source//:tools"))
    asserts.equals(env, hub_build_file([], "linux_amd64", {}, False), hub_build_file(locked, "linux_amd64", {}, True))
    asserts.equals(env, "@distroless_extra_tools_from_source//:debian_lock", _actual(hub_build_file(locked, None, {}, False), "debian_lock"))

    # A target of the root module takes precedence over both.
    text = hub_build_file(locked, "linux_amd64", {"debian_lock": "@@//mine"}, False)
    asserts.equals(env, "@@//mine", _actual(text, "debian_lock"))
    asserts.equals(env, "@distroless_tools_linux_amd64//:image_test", _actual(text, "image_test"))

    # A toolchain exists only if all of its programs exist.
    asserts.false(env, "distroless_toolchain" in tools_build_file(["debian_lock"]))
    asserts.true(env, "    deb_extractor = \"bin/deb_extractor\",\n" in tools_build_file([
        "deb_extractor",
        "evidence_writer",
        "image_inspector",
        "image_test",
        "index_writer",
        "layer_assembler",
    ]))
    return unittest.end(env)

hub_test = unittest.make(_hub_test_impl)

def tools_lock_test_suite(name):
    """All tests of the pure functions of the extension `tools`, except those for cargo."""
    unittest.suite(
        name,
        partial.make(malformed_test, size = "small"),
        partial.make(urls_test, size = "small"),
        partial.make(hub_test, size = "small"),
    )
