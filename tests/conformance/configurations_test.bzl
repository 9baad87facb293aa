"""same_in_all_configurations_test: the digest of a target does not depend on the configuration."""

load("//rules:providers.bzl", "ImageIndexInfo", "ImageInfo", "LayerInfo")

# Name to compilation mode and platform. The s390x platform is an example of one that a user's transition may choose.
_CONFIGURATIONS = {
    "dbg": ("dbg", "@bazel_tools//tools:host_platform"),
    "fastbuild": ("fastbuild", "@bazel_tools//tools:host_platform"),
    "opt": ("opt", "@bazel_tools//tools:host_platform"),
    "opt_s390x": ("opt", "//tests/conformance:linux_s390x"),
}

def _transition_impl(_settings, _attr):
    return {
        name: {
            "//command_line_option:compilation_mode": mode,
            "//command_line_option:platforms": platform,
        }
        for name, (mode, platform) in _CONFIGURATIONS.items()
    }

_all_configurations = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:platforms",
    ],
)

def _digest(image):
    info = image[ImageInfo] if ImageInfo in image else image[ImageIndexInfo]
    return info.digest

_SCRIPT = """#!/bin/sh
set -eu
first=
for file in {files}; do
  digest=$(cat "$file")
  echo "$file ${{digest:?is empty}}"
  if [ "$digest" != "${{first:=$digest}}" ]; then echo "not the digest of the first" >&2; exit 1; fi
done
"""

def _test_impl(ctx):
    # A split attribute is a dict from the configuration's name to the targets in it, in the order given.
    for layers in zip(*ctx.split_attr.layers.values()):
        blobs = {layer[LayerInfo].blob.path: None for layer in layers}
        if len(blobs) != 1:
            fail("`%s` is built more than once: %s" % (layers[0].label, ", ".join(blobs)))
    digests = {"digest_" + name: _digest(image) for name, image in ctx.split_attr.image.items()}
    if len({digest.path: None for digest in digests.values()}) < 2:
        fail("all configurations are one: there is nothing to compare")
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, _SCRIPT.format(files = " ".join(digests)), is_executable = True)

    # Each file gets a unique name: in runfiles, the outputs of one action in several configurations have the same path.
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles(symlinks = digests))]

same_in_all_configurations_test = rule(
    implementation = _test_impl,
    doc = "Checks that an image has the same digest in all compilation modes and for all target platforms, and that one action makes each layer.",
    test = True,
    attrs = {
        "image": attr.label(doc = "The image or index.", cfg = _all_configurations, mandatory = True, providers = [[ImageInfo], [ImageIndexInfo]]),
        "layers": attr.label_list(doc = "Layers that are built once for all configurations.", cfg = _all_configurations, providers = [LayerInfo]),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
