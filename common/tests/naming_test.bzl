"""Tests of the names of image targets, which users depend on."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//common:naming.bzl", "image_name", "published_name", "published_tag")

def _naming_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "debian12", image_name("debian12"))
    asserts.equals(env, "debian12_debug_nonroot", image_name("debian12", debug = True, nonroot = True))
    asserts.equals(env, "debian12_debug_nonroot_arm64", image_name("debian12", debug = True, nonroot = True, architecture = "arm64"))
    asserts.equals(env, "debian12_nonroot_image", image_name("debian12", nonroot = True, platform = True))
    asserts.equals(env, "nossl_debian13_ppc64le", image_name("debian13", "nossl", architecture = "ppc64le"))
    return unittest.end(env)

naming_test = unittest.make(_naming_test_impl)

def _published_test_impl(ctx):
    env = unittest.begin(ctx)
    for (family, name), published in {
        ("base", "nossl"): "base-nossl",
        ("java", "base"): "java-base",
        ("java", "java17"): "java17",
        ("static", ""): "static",
    }.items():
        asserts.equals(env, published, published_name(family, name))
    asserts.equals(env, "latest", published_tag())
    asserts.equals(env, "nonroot", published_tag(nonroot = True))
    asserts.equals(env, "debug", published_tag(debug = True))
    asserts.equals(env, "debug-nonroot", published_tag(debug = True, nonroot = True))
    return unittest.end(env)

published_test = unittest.make(_published_test_impl)

def naming_test_suite(name):
    """All tests of this file."""
    unittest.suite(name, partial.make(naming_test, size = "small"), partial.make(published_test, size = "small"))
