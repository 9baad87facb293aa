"""Tests of signed_image: an image that was signed once, and wrong uses."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules:image.bzl", "image", "image_index")
load("//rules:providers.bzl", "ImageInfo")
load("//rules:push.bzl", "signed_image")
load(":fails.bzl", "fails_case")

_SIGNED = "testdata/signed/"

def _committed_image_impl(ctx):
    return [ImageInfo(
        architecture = "amd64",
        config = ctx.file.config,
        descriptor = ctx.file.descriptor,
        digest = ctx.file.digest,
        layers = [],
        manifest = ctx.file.manifest,
        os = "linux",
        reference = "registry.example/signed:latest",
        report = ctx.file.digest,
        variant = "",
    )]

_committed_image = rule(
    implementation = _committed_image_impl,
    doc = "An image whose documents are files, so that its digest and its signature never change.",
    attrs = {name: attr.label(allow_single_file = True) for name in ["config", "descriptor", "digest", "manifest"]},
)

def _images():
    """A signed base, an image and an index on it; and bases with wrong signatures, which the step `an_unsigned_base` builds."""
    _committed_image(
        name = "committed_image",
        config = _SIGNED + "config.json",
        descriptor = _SIGNED + "descriptor.json",
        digest = _SIGNED + "digest.txt",
        manifest = _SIGNED + "manifest.json",
        tags = ["manual"],
    )
    image_index(
        name = "committed_index",
        images = [":committed_image"],
        tags = ["manual"],
    )
    for name, base, bundles in [
        ("signed", ":committed_image", ["other", "trusted"]),
        ("signed_by_other", ":committed_image", ["other"]),
        ("signed_elsewhere", ":committed_image", ["swapped"]),
        ("signed_child_only", ":committed_index", ["trusted"]),
    ]:
        signed_image(
            name = name + "_base",
            bundles = ["%s%s.sigstore.json" % (_SIGNED, bundle) for bundle in bundles],
            image = base,
            keys = [_SIGNED + "trusted.pub"],
            tags = ["manual"],
        )
        image(
            name = "on_%s_base" % name,
            architecture = "amd64",
            base = ":%s_base" % name,
            tags = ["manual"],
        )
    image(
        name = "on_committed_image",
        architecture = "amd64",
        base = ":committed_image",
        tags = ["manual"],
    )

def _digest(name, target):
    native.filegroup(
        name = name,
        srcs = [target],
        output_group = "digest",
        tags = ["manual"],
    )
    return name

def signed_image_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    _images()
    diff_test(
        name = "signed_image_keeps_the_digest",
        size = "small",
        file1 = _digest("signed_digest", ":signed_base"),
        file2 = _SIGNED + "digest.txt",
    )
    diff_test(
        name = "image_on_a_signed_image_is_the_same",
        size = "small",
        file1 = _digest("on_signed_digest", ":on_signed_base"),
        file2 = _digest("on_committed_digest", ":on_committed_image"),
    )
    tests = [
        "signed_image_keeps_the_digest",
        "image_on_a_signed_image_is_the_same",
        fails_case(
            signed_image,
            "signed_without_a_signature",
            "cannot build `@@//rules/tests:signed_without_a_signature_subject`: bundles: expected the signature of the image\nhint: add the bundle that the publisher attached to it",
            bundles = [],
            image = ":committed_image",
        ),
        fails_case(
            signed_image,
            "signed_without_a_signer",
            "no signer is trusted\nhint: set `keys`, or `identities` and `trusted_root`",
            bundles = ["fails.bzl"],
            image = ":committed_image",
        ),
        fails_case(
            signed_image,
            "signed_without_a_root",
            "`identities` and `trusted_root` must be set together",
            bundles = ["fails.bzl"],
            identities = {"a@example.com": "https://accounts.example"},
            image = ":committed_image",
        ),
        fails_case(
            signed_image,
            "signed_file",
            "image: `@@//rules/tests:fails.bzl` is not an image or an index",
            bundles = ["fails.bzl"],
            image = "fails.bzl",
            keys = ["fails.bzl"],
        ),
    ]
    native.test_suite(name = name, tests = tests)
