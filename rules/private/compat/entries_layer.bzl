"""entries_layer: a layer from single entries, for the macros for users of rules_distroless."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

def _entries_layer_impl(ctx):
    listed = [json.decode(entry) for entry in ctx.attr.entries]
    return layer_outputs(layer_actions.entries_layer(ctx, listed, [], ctx.attr.created_by))

entries_layer = rule(
    implementation = _entries_layer_impl,
    doc = "A layer of entries in the format of `docs/tool_contract.md`.",
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "created_by": attr.string(doc = "Text for this layer in the history of the image.", mandatory = True),
        "entries": attr.string_list(doc = "The entries, each as JSON.", mandatory = True),
    },
)
