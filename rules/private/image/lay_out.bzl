"""lay_out: merges the layers of an image as the layering says."""

load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/image:layer_plan.bzl", "plan_layers")
load("//rules/private/layer:layer_parts.bzl", "part_of")

# The assumed size of layers of unknown size: they contain our own files, which are small.
_LIGHT = 4096

def _item(layer):
    return struct(origin = layer.origin, size = layer.size or _LIGHT)

def _merged(ctx, layers, stem):
    layers = [part_of(layer) for layer in layers]
    parts = [struct(file = layer.blob, layer = layer, name = layer.name) for layer in layers]
    return layer_actions.merged_layer(ctx, parts, stem = stem)

def merge_all(ctx, layers, stem):
    """Merges all layers into one. A single layer is not changed.

    Args:
      ctx: the context of a rule that has COMPRESSION_ATTRS and the toolchain.
      layers: a list of LayerInfo, lowest first.
      stem: what the names of the files begin with.

    Returns:
      A list of one LayerInfo; an empty list if there are no layers.
    """
    return [_merged(ctx, layers, stem)] if len(layers) > 1 else layers

def lay_out(ctx, layers, layering, most):
    """Merges layers to the number that the layering allows.

    Args:
      ctx: the context of a rule that has COMPRESSION_ATTRS and the toolchain.
      layers: a list of LayerInfo, lowest first.
      layering: the result of `layering_of`.
      most: the highest number of layers, at least 1; only for `origin`.

    Returns:
      A list of LayerInfo, lowest first.
    """
    if layering.kind == "package":
        return layers
    if layering.kind == "single":
        return merge_all(ctx, layers, ctx.label.name + ".all")
    pieces = plan_layers([_item(layer) for layer in layers], most)
    found = []
    for number, (start, end) in enumerate(pieces):
        found += merge_all(ctx, layers[start:end], "%s.%d" % (ctx.label.name, number))
    return found
