"""Tests of the choice of a locked version."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//nodejs:version.bzl", "locked_version")
load("//rules/tests:fails.bzl", "fails_case")

_VERSIONS = ["2.0.1", "20.20.2", "22.1.0", "22.23.2"]

def _version_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "20.20.2", locked_version(_VERSIONS, 20))
    asserts.equals(env, "2.0.1", locked_version(_VERSIONS, 2))
    return unittest.end(env)

version_test = unittest.make(_version_test_impl)

def _pick_impl(ctx):
    locked_version(_VERSIONS, ctx.attr.major)

_pick = rule(
    implementation = _pick_impl,
    attrs = {"major": attr.int()},
)

def version_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    for major, message in {
        22: "cannot pick Node.js `22`: the lock has `22.1.0`, `22.23.2`; it must have one version of it",
        24: "cannot pick Node.js `24`: the lock has none; it must have one version of it",
    }.items():
        fails_case(_pick, "%s_%d" % (name, major), message, major = major)
    unittest.suite(name, partial.make(version_test, size = "small"))
