"""Tests that an image with layers in different compressions equals an image with one compression."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "flatten", "layer")
load("//rules:test.bzl", "image_layers_test", "image_variant_test")
load("//rules/private/layer:compression.bzl", "COMPRESSIONS", "compression_setting")
load(":fails.bzl", "fails_case")

_EXPECTED = "; expected one of " + ", ".join(["`%s`" % known for known in COMPRESSIONS])

def _image(name, forms):
    """An image of one base layer in gzip, and one layer in each of these compressions."""
    layers = []
    for number, form in enumerate(forms):
        layer(
            name = "%s_%d" % (name, number),
            compression = form,
            created_by = "layer %d" % number,
            files = {"BUILD.bazel": "/srv/%d" % number},
            tags = ["manual"],
        )
        layers.append(":%s_%d" % (name, number))
    image(
        name = name,
        base = ":forms_base",
        layers = layers,
        tags = ["manual"],
    )
    return layers

def compression_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    layer(
        name = "forms_base_layer",
        compression = "gzip",
        directories = ["/srv"],
        tags = ["manual"],
    )
    image(
        name = "forms_base",
        architecture = "amd64",
        layers = [":forms_base_layer"],
        tags = ["manual"],
    )
    mixed = _image("forms_mixed", COMPRESSIONS)
    plain = _image("forms_plain", ["gzip" for _ in COMPRESSIONS])
    image_layers_test(
        name = name + "_layers",
        size = "small",
        image = ":forms_mixed",
    )
    image_variant_test(
        name = name + "_files",
        size = "small",
        against = ":forms_plain",
        image = ":forms_mixed",
        relation = "files",
    )

    # The compression of the inputs does not change the merged layer.
    for which, layers in [("mixed", mixed), ("plain", plain)]:
        flatten(
            name = "forms_flat_" + which,
            compression = "none",
            layers = layers,
            tags = ["manual"],
        )
    diff_test(
        name = name + "_flat",
        size = "small",
        file1 = ":forms_flat_mixed",
        file2 = ":forms_flat_plain",
    )
    tests = [":%s_%s" % (name, what) for what in ["layers", "files", "flat"]] + [
        fails_case(
            layer,
            "unknown_compression",
            "cannot compress layers: `@@//rules/tests:unknown_compression_subject`: compression: unknown compression `brotli`" + _EXPECTED,
            compression = "brotli",
            directories = ["/tmp"],
        ),
        fails_case(
            compression_setting,
            "unknown_compression_setting",
            "unknown compression `lz4`" + _EXPECTED,
            build_setting_default = "lz4",
        ),
    ]
    native.test_suite(
        name = name,
        tests = tests,
    )
