"""Tests of the annotations of the manifests."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//common:annotations.bzl", "image_annotations", "published_reference")
load("//common:packages.bzl", "distro_lock")
load("//common:variables.bzl", "DISTROS", "VARIANTS")

def _reference_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "static-debian12:latest", published_reference("debian12", "static"))
    asserts.equals(env, "base-nossl-debian13:latest", published_reference("debian13", "base", "nossl"))
    asserts.equals(
        env,
        ["java17-debian11:" + tag for tag in ["latest", "nonroot", "debug", "debug-nonroot"]],
        [published_reference("debian11", "java", "java17", variant) for variant in VARIANTS],
    )
    return unittest.end(env)

reference_test = unittest.make(_reference_test_impl)

def _annotations_test_impl(ctx):
    env = unittest.begin(ctx)
    snapshot = distro_lock("debian12").snapshot
    of_base = image_annotations("debian12", "base", "nossl")
    asserts.equals(env, snapshot, of_base["org.opencontainers.image.created"])
    asserts.equals(env, "base-nossl-debian12", of_base["org.opencontainers.image.title"])
    asserts.equals(env, "12-" + snapshot.replace("-", "").replace(":", ""), of_base["org.opencontainers.image.version"])
    asserts.equals(env, "LicenseRef-Debian-copyright", of_base["org.opencontainers.image.licenses"])
    asserts.equals(env, DISTROS["debian12"].end_of_life, of_base["com.google.distroless.end-of-life"])

    # These keys come from a base image, from the publisher or from a stamp, not from this function.
    for key in ["base.name", "base.digest", "documentation", "revision", "source", "url", "vendor"]:
        asserts.false(env, "org.opencontainers.image." + key in of_base)

    # The earlier end of support counts: that of the language or that of the distro.
    of_node = image_annotations("debian12", "nodejs", "nodejs18", "18.20.8", ["MIT"], "2025-04-30")
    asserts.equals(env, "2025-04-30", of_node["com.google.distroless.end-of-life"])
    asserts.equals(env, "LicenseRef-Debian-copyright AND MIT", of_node["org.opencontainers.image.licenses"])
    asserts.true(env, of_node["org.opencontainers.image.version"].startswith("18.20.8-"))
    later = image_annotations("debian12", "nodejs", "nodejs99", end_of_life = "2999-01-01")
    asserts.equals(env, DISTROS["debian12"].end_of_life, later["com.google.distroless.end-of-life"])
    return unittest.end(env)

annotations_test = unittest.make(_annotations_test_impl)

def annotations_test_suite(name):
    """All tests of this file."""
    unittest.suite(name, partial.make(reference_test, size = "small"), partial.make(annotations_test, size = "small"))
