"""Tests of the version of Python, which is derived from the version of a package."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//python3:version.bzl", "python_version")

def _version_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "3.11.2", python_version("3.11.2-6+deb12u9"))
    asserts.equals(env, "3.13.5", python_version("1:3.13.5-2+deb13u5"))
    asserts.equals(env, "3.14.0~rc1-x", python_version("3.14.0~rc1-x-1"))
    asserts.equals(env, "3.9.2", python_version("3.9.2"))
    return unittest.end(env)

version_test = unittest.make(_version_test_impl)

def version_test_suite(name):
    """All tests of this file."""
    unittest.suite(name, partial.make(version_test, size = "small"))
