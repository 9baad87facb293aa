"""unavailable_image: a name that people ask for and that is not made, with the reason and the name to use."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

def _unavailable_image_impl(ctx):
    # Fails in the execution phase, not in analysis, so that a cquery of all targets works.
    return [DefaultInfo(files = depset([
        actions.refuse(ctx, ctx.attr.reason, ctx.attr.instead),
    ]))]

unavailable_image = rule(
    implementation = _unavailable_image_impl,
    doc = "A name that people ask for and that is not made: building it says why, and what to build instead. Tag it `manual`.",
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "instead": attr.string(doc = "The label to build instead."),
        "reason": attr.string(doc = "Why there is no such image.", mandatory = True),
    },
)
