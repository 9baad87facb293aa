"""Tests that images with merged layers have the same files as images without merging."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "flatten", "layer", "layer_stack")
load("//rules:test.bzl", "image_layers_test", "image_variant_test")
load("//rules/private/image:layering.bzl", "layering_setting")
load(":fails.bzl", "fails_case")

def _parts_test_impl(ctx):
    env = analysistest.begin(ctx)
    mnemonics = []
    for action in analysistest.target_actions(env):
        read = [file.basename for file in action.inputs.to_list() if file.basename.startswith("layering_1.")]
        if not read:
            continue
        mnemonics.append(action.mnemonic)
        for file in read:
            asserts.true(env, file.startswith("layering_1.part."), "%s reads %s" % (action.mnemonic, file))
    asserts.equals(env, ctx.attr.mnemonics, sorted({mnemonic: None for mnemonic in mnemonics}))
    return analysistest.end(env)

# All actions that read a layer which is only a part of a merged layer read its form without compression. Otherwise Bazel
# would make both.
_parts_test = analysistest.make(
    _parts_test_impl,
    attrs = {"mnemonics": attr.string_list(doc = "The kinds of actions that read the layer, sorted.")},
)

def layering_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    for number, files in enumerate([{"BUILD.bazel": "/srv/a"}, {"fails.bzl": "/srv/a"}, {"fails.bzl": "/srv/b"}]):
        layer(
            name = "layering_%d" % number,
            files = files,
            mtime = number,
            tags = ["manual"],
        )
    layers = [":layering_%d" % number for number in range(3)]
    image(
        name = "layering_base",
        architecture = "amd64",
        layering = "package",
        layers = layers[:1],
        tags = ["manual"],
    )
    forms = {"origin_2": "origin:2", "package": "package", "single": "single"}
    for suffix, layering in forms.items():
        image(
            name = "layering_" + suffix,
            base = ":layering_base",
            layering = layering,
            layers = layers[1:],
            tags = ["manual"],
        )
    tests = []
    for suffix in ["origin_2", "single"]:
        image_variant_test(
            name = "layering_%s_files" % suffix,
            size = "small",
            against = ":layering_package",
            image = ":layering_" + suffix,
            relation = "files",
        )
        image_layers_test(
            name = "layering_%s_layers" % suffix,
            size = "small",
            image = ":layering_" + suffix,
        )
        tests += [":layering_%s_%s" % (suffix, what) for what in ["files", "layers"]]
    layer_stack(
        name = "layering_stack",
        layers = layers,
        tags = ["manual"],
    )
    flatten(
        name = "layering_flatten",
        layers = layers,
        tags = ["manual"],
    )
    for suffix, mnemonics in {
        "flatten": ["ImageCheck", "LayerMerge", "LayerPart"],
        "single": ["ImageCheck", "ImageContents", "ImageReport", "LayerMerge", "LayerPart"],
    }.items():
        _parts_test(
            name = "layering_%s_parts" % suffix,
            size = "small",
            mnemonics = mnemonics,
            target_under_test = ":layering_" + suffix,
        )
        tests.append(":layering_%s_parts" % suffix)
    tests += [
        fails_case(
            image,
            "unknown_layering",
            "cannot lay out layers: `@@//rules/tests:unknown_layering_subject`: layering: unknown layering `origin:0`; " +
            "expected `package`, `single` or `origin:N`, where N is the maximum number of layers of an image",
            architecture = "amd64",
            layering = "origin:0",
        ),
        fails_case(
            layering_setting,
            "unknown_layering_setting",
            "unknown layering `squash`; expected `package`, `single` or `origin:N`",
            build_setting_default = "squash",
        ),
        fails_case(
            image,
            "stack_and_layer",
            "layers: a layer_stack cannot be mixed with other layers",
            architecture = "amd64",
            layers = [":layering_stack", ":layering_0"],
        ),
    ]
    native.test_suite(
        name = name,
        tests = tests,
    )
