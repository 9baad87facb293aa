"""Tests of JAVA_VERSION, which is derived from the version of a package."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//java:version.bzl", "java_version")

def _version_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "17.0.20.1", java_version("17.0.20.1+1-1~deb11u1"))
    asserts.equals(env, "21.0.13", java_version("21.0.13+9-1~deb13u2"))
    asserts.equals(env, "21.0.13", java_version("21.0.13.0+9-1"))
    asserts.equals(env, "11.0.24", java_version("11.0.24+8-2~deb11u1"))
    asserts.equals(env, "17.0.20.1", java_version("17.0.20.1.5+1-1"))
    asserts.equals(env, "25", java_version("25+36-1"))
    return unittest.end(env)

version_test = unittest.make(_version_test_impl)

def version_test_suite(name):
    """All tests of this file."""
    unittest.suite(name, partial.make(version_test, size = "small"))
