"""layer_parts: layers as they were before they were merged."""

def layer_parts(layers):
    """What is said of packages is said of these, whatever they were merged into.

    Args:
      layers: a list of LayerInfo.

    Returns:
      A list of LayerInfo: each merged layer is its parts, in their order. Merging is not repeated, so neither is this.
    """
    return [part for layer in layers for part in (layer.merged or [layer])]
