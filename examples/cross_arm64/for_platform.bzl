"""for_platform: an image as it is built for another platform."""

load("@distroless//rules:providers.bzl", "ImageInfo")

def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)}

_to_platform = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _for_platform_impl(ctx):
    image = ctx.attr.image[0]
    return [image[ImageInfo], image[DefaultInfo], image[OutputGroupInfo]]

for_platform = rule(
    implementation = _for_platform_impl,
    doc = "An image, with all that it is made of, as it is built for a platform.",
    provides = [ImageInfo],
    attrs = {
        "image": attr.label(doc = "The image.", cfg = _to_platform, mandatory = True, providers = [ImageInfo]),
        "platform": attr.label(doc = "The platform.", mandatory = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
