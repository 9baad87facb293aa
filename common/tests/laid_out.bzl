"""Images in a given layering, and a test of the layers that they share."""

load("//rules:providers.bzl", "ImageInfo")

_LAYERING = "//rules/settings:layering"

def _transition_impl(_settings, attr):
    return {_LAYERING: attr.layering}

_layering = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = [_LAYERING],
)

_ATTRS = {
    "layering": attr.string(doc = "The layering: `package`, `single` or `origin:N`.", mandatory = True),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

def _laid_out_image_impl(ctx):
    return [ctx.attr.image[0][DefaultInfo]]

laid_out_image = rule(
    implementation = _laid_out_image_impl,
    doc = "The layout directory of an image in the given layering.",
    attrs = _ATTRS | {"image": attr.label(mandatory = True, cfg = _layering, providers = [ImageInfo])},
)

def _paths(image):
    return [layer.blob.path for layer in image[ImageInfo].layers]

def _laid_out_test_impl(ctx):
    below = []
    for image in ctx.attr.images:
        layers = _paths(image)
        if len(layers) > ctx.attr.most:
            fail("`%s` has %d layers in `%s`" % (image.label, len(layers), ctx.attr.layering))

        # Compares paths, because one action makes the layer for both images.
        if layers[:len(below)] != below:
            fail("`%s` does not begin with the layers of the image before it:\n%s\n%s" % (image.label, "\n".join(below), "\n".join(layers)))
        below = layers
    if len(ctx.attr.images) > 1 and not [path for path in below if "/layers_" in path]:
        fail("no layer of `%s` was merged: there is nothing to compare" % ctx.attr.images[-1].label)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/bin/sh\nexit 0\n", is_executable = True)
    return [DefaultInfo(executable = script)]

laid_out_test = rule(
    implementation = _laid_out_test_impl,
    doc = "Checks that in the given layering each image begins with the layers of the image before it, made by the same actions, and that no image has more than `most` layers. The test fails in the analysis phase.",
    test = True,
    attrs = _ATTRS | {
        "images": attr.label_list(mandatory = True, cfg = _layering, providers = [ImageInfo]),
        "most": attr.int(mandatory = True),
    },
)
