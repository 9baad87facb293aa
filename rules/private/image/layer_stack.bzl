"""layer_stack: the layers that an image adds to its base, merged once for all images that use them."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_but_layering")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/image:lay_out.bzl", "lay_out", "merge_all")
load("//rules/private/image:layering.bzl", "LAYERING_ATTRS", "layering_of")
load("//rules/private/layer:layer_parts.bzl", "layer_parts")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")
load("//rules/private/providers:layers_info.bzl", "LayersInfo")

_DOC = """The layers that an image adds to its base, merged as `@distroless//rules/settings:layering` says.

They are merged once. All variants of the image, and all images built on it, share the result.

- `package`: the layers are not merged.
- `single`: these layers and all layers below them become one layer. If `beside` is true, only these layers become one
  layer.
- `origin:N`: no image has more than N layers. The layer stacks below keep their layers. This stack and the stacks above
  it (`above`) share the rest equally. One layer is reserved for the debug variant (`beside`).

```starlark
layer_stack(
    name = "server_layers",
    base = ":base_layers",
    layers = ["@debian12//libexpat1:data", "@debian12//zlib1g:data"],
)
```"""

def _room(ctx, below, most):
    """How many layers this stack may have in an image of at most `most` layers."""
    kept = 0 if ctx.attr.beside else 1
    room = most - len(below) - kept
    if room <= ctx.attr.above:
        fail("cannot lay out `%s`: `origin:%d` allows too few layers: %d are below, %d are reserved for layer stacks above; the minimum is `origin:%d`" % (
            ctx.label,
            most,
            len(below),
            ctx.attr.above + kept,
            len(below) + 1 + ctx.attr.above + kept,
        ))
    return (room + ctx.attr.above) // (ctx.attr.above + 1)

def _layer_stack_impl(ctx):
    layering = layering_of(ctx)
    layers = [target[LayerInfo] for target in ctx.attr.layers]
    base = ctx.attr.base[LayersInfo] if ctx.attr.base else None
    below = base.below + base.layers if base else []
    if layering.kind == "single" and not ctx.attr.beside:
        parts = layer_parts(below) + layers
        return [LayersInfo(below = [], layers = merge_all(ctx, parts, ctx.label.name + ".all"), whole = True)]
    most = _room(ctx, below, layering.most) if layering.kind == "origin" else 0
    return [LayersInfo(below = below, layers = lay_out(ctx, layers, layering, most), whole = False)]

layer_stack = rule(
    implementation = _layer_stack_impl,
    doc = _DOC,
    cfg = canonical_but_layering,
    provides = [LayersInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | LAYERING_ATTRS | {
        "above": attr.int(doc = "Number of layer stacks that will build on top of this one. They share the layers of `origin:N`."),
        "base": attr.label(doc = "The `layer_stack` below. By default none.", providers = [LayersInfo]),
        "beside": attr.bool(doc = "Whether these layers belong to a variant, such as debug, and go on top of the layers of the plain image."),
        "layers": attr.label_list(doc = "The layers, lowest first.", providers = [LayerInfo]),
    },
)
