"""unavailable_image: a target for an image that does not exist, with the reason and the name to use instead."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:image.bzl", "image_actions")

def _unavailable_image_impl(ctx):
    # Fails in the execution phase, not in analysis, so that a cquery of all targets works.
    return [DefaultInfo(files = depset([
        image_actions.refuse(ctx, ctx.attr.reason, ctx.attr.instead),
    ]))]

unavailable_image = rule(
    implementation = _unavailable_image_impl,
    doc = "A target for an image that does not exist. Building it fails with the reason and the label to build instead. Tag it `manual`.",
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "instead": attr.string(doc = "The label to build instead."),
        "reason": attr.string(doc = "The reason why there is no such image.", mandatory = True),
    },
)
