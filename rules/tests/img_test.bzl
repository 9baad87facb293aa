"""Tests of the adaptor to rules_img: oldest and newest providers, images, indexes and layers. It reads no layer."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:image.bzl", "image", "image_index")
load("//rules:layer.bzl", "layer")
load(":img_consumer.bzl", "newest_consumer_test", "newest_image", "newest_layers", "oldest_consumer_test", "oldest_image", "oldest_layers")

def _reads_no_layer_impl(ctx):
    env = analysistest.begin(ctx)
    actions = analysistest.target_actions(env)
    for action in actions:
        asserts.equals(env, "ImgLayers", action.mnemonic)
        read = [file.basename for file in action.inputs.to_list() if file.basename.endswith(".tar.gz")]
        asserts.equals(env, [], read)
    asserts.equals(env, ctx.attr.actions, len(actions))
    return analysistest.end(env)

_reads_no_layer_test = analysistest.make(
    _reads_no_layer_impl,
    attrs = {"actions": attr.int(doc = "The expected number of actions: one for each image, or one for all layers.")},
)

def img_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    for part in ["lower", "upper"]:
        layer(
            name = "img_%s_layer" % part,
            directories = ["/" + part],
        )
    for architecture in ["amd64", "arm64"]:
        image(
            name = "img_" + architecture,
            architecture = architecture,
            layers = [":img_lower_layer"],
        )
    image_index(
        name = "img_index",
        images = ["img_amd64", "img_arm64"],
    )
    tests = []
    for age, adapt, adapt_layers, consume in [
        ("oldest", oldest_image, oldest_layers, oldest_consumer_test),
        ("newest", newest_image, newest_layers, newest_consumer_test),
    ]:
        adapted = "img_%s_" % age
        adapt(name = adapted + "one", src = ":img_arm64")
        adapt(name = adapted + "all", src = ":img_index")
        adapt_layers(name = adapted + "layers", srcs = [":img_upper_layer"])
        for what in ["one", "all"]:
            consume(
                name = adapted + what + "_test",
                size = "small",
                architecture = "arm64",
                base = adapted + what,
                count = 1,
                layers = [adapted + "layers"],
                variant = "v8",
            )
        for what in ["one", "all", "layers"]:
            _reads_no_layer_test(
                name = "%s%s_reads_no_layer_test" % (adapted, what),
                size = "small",
                actions = 2 if what == "all" else 1,
                target_under_test = adapted + what,
            )
        tests += [adapted + last for last in ["one_test", "all_test", "one_reads_no_layer_test", "all_reads_no_layer_test", "layers_reads_no_layer_test"]]
    native.test_suite(
        name = name,
        tests = tests,
    )
