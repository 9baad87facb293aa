"""Tests of Google's names: each name has an image of this module, and each image has a name."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//common:image_sets.bzl", "ImageSetsInfo")
load("//common:published.bzl", "PUBLISHED", "published_target")
load("//common:variables.bzl", "DISTROS")

_REPOSITORY = "gcr.io/distroless/"

def _table_test_impl(ctx):
    env = unittest.begin(ctx)
    seen = {}
    for family in ctx.attr.families:
        for image_set in family[ImageSetsInfo].sets:
            seen[image_set.published] = None
            image = "%s%s-%s" % (_REPOSITORY, image_set.published, image_set.distro)
            for tag, label in image_set.targets.items():
                asserts.equals(env, label, published_target(image, tag).label)
            for tag, info in image_set.images:
                label = "%s_%s" % (image_set.targets[tag], info.architecture)
                asserts.equals(env, label, published_target(image, "%s-%s" % (tag, info.architecture)).label)
                asserts.equals(env, label, published_target(image, tag, info.architecture).label)
        for named in family[ImageSetsInfo].not_made:
            name, _, distro = named.partition(" ")
            asserts.true(env, published_target("%s%s-%s" % (_REPOSITORY, name, distro)).label)
    asserts.equals(env, sorted(PUBLISHED), sorted(seen))
    return unittest.end(env)

table_test = unittest.make(
    _table_test_impl,
    attrs = {"families": attr.label_list(providers = [ImageSetsInfo])},
)

def _names_test_impl(ctx):
    env = unittest.begin(ctx)
    for (image, tag), label in {
        ("gcr.io/distroless/base-nossl-debian12", "debug-nonroot"): "//base:nossl_debian12_debug_nonroot",
        ("gcr.io/distroless/cc", "latest-arm"): "//cc:debian13_arm",
        ("gcr.io/distroless/java21-debian13", "debug-amd64"): "//java:java21_debian13_debug_amd64",
        ("gcr.io/distroless/python3-debian12", "nonroot"): "//python3:debian12_nonroot",
        ("nodejs22-debian12", "amd64"): "//nodejs:nodejs22_debian12_amd64",
        ("static-debian12", "latest"): "//static:debian12",
    }.items():
        asserts.equals(env, label, published_target(image, tag).label)
    asserts.equals(env, "//static:debian12_nonroot_image", published_target("static-debian12", "nonroot", platform = True).label)
    asserts.equals(env, "//static:debian12_arm64", published_target("static-debian12", "latest-arm64", platform = True).label)
    return unittest.end(env)

names_test = unittest.make(_names_test_impl)

def _messages_test_impl(ctx):
    env = unittest.begin(ctx)
    there = ", ".join(["`%s`" % name for name in PUBLISHED])
    for (image, tag, architecture), message in {
        ("docker.io/library/debian", "12", ""): "it is not an image of gcr.io/distroless\nhint: keep pulling it as before",
        ("gcr.io/distroless/java8-debian12", "latest", ""): "there is no image `java8`; similar names: `java-base`, `java11`, `java17`\nhint: use one of " + there,
        ("gcr.io/distroless/static-debian10", "latest", ""): "there are no images of `debian10`\nhint: use one of " + ", ".join(["`%s`" % distro for distro in DISTROS]),
        ("gcr.io/distroless/static-debian12", "6e3c", ""): "there is no tag `6e3c`\nhint: use one of `latest`, `nonroot`, `debug`, `debug-nonroot`, each also with an architecture at its end: `latest-arm64`",
        ("gcr.io/distroless/static-debian12", "latest-arm64", "amd64"): "its tag is for arm64, but the platform is for amd64",
    }.items():
        asserts.equals(env, "cannot use image `%s:%s`: %s" % (image, tag, message), published_target(image, tag, architecture).problem)
    return unittest.end(env)

messages_test = unittest.make(_messages_test_impl)

def published_test_suite(name, families):
    """All tests of Google's names.

    Args:
      name: the name of the suite.
      families: the image sets of all families.
    """
    table_test(
        name = name + "_table",
        size = "small",
        families = families,
    )
    unittest.suite(
        name,
        partial.make(names_test, size = "small"),
        partial.make(messages_test, size = "small"),
    )
