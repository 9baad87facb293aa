"""for_platform: an image or a file, built for another platform."""

load("//rules:providers.bzl", "ImageInfo")

def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)}

_to_platform = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _for_platform_impl(ctx):
    target = ctx.attr.target[0]
    if ImageInfo in target:
        return [target[ImageInfo], target[DefaultInfo], target[OutputGroupInfo]]
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("cannot build `%s`: target: `%s` provides %d files; expected one" % (ctx.label, target.label, len(files)))
    file = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = file, target_file = files[0])
    return [DefaultInfo(files = depset([file]))]

for_platform = rule(
    implementation = _for_platform_impl,
    doc = "Builds an image, or a target of one file, and all its dependencies for a platform. The file gets the name of this target.",
    attrs = {
        "platform": attr.label(doc = "The platform to build for.", mandatory = True),
        "target": attr.label(doc = "The image or the target of one file.", cfg = _to_platform, mandatory = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
