"""lay_out: the layers of an image as it is to have them."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:layer_plan.bzl", "plan_layers")

# The assumed size of layers of unknown size: they contain our own files, which are small.
_LIGHT = 4096

def _item(layer):
    return struct(origin = layer.origin, size = layer.size or _LIGHT)

def _merged(ctx, layers, stem):
    parts = [struct(file = layer.blob, layer = layer, name = layer.name) for layer in layers]
    return actions.merged_layer(ctx, parts, stem = stem)

def merge_all(ctx, layers, stem):
    """All layers as one, which is a layer as it is where there is but one.

    Args:
      ctx: the context of a rule that has COMPRESSION_ATTRS and the toolchain.
      layers: a list of LayerInfo, lowest first.
      stem: what the names of the files begin with.

    Returns:
      A list of one LayerInfo, or of none where there is no layer.
    """
    return [_merged(ctx, layers, stem)] if len(layers) > 1 else layers

def lay_out(ctx, layers, layering, most):
    """The layers in as many as are wanted.

    Args:
      ctx: the context of a rule that has COMPRESSION_ATTRS and the toolchain.
      layers: a list of LayerInfo, lowest first.
      layering: what `layering_of` gives.
      most: how many layers there may be, at least 1; for `origin`.

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
