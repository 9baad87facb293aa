"""What every rule that makes a layer returns."""

def layer_outputs(layer, **groups):
    """The providers of a rule that makes one layer.

    Args:
      layer: a LayerInfo.
      **groups: further output groups, depsets.

    Returns:
      A list of providers: LayerInfo, the blob as default output, and the output groups `layers`, `metadata`, `mtree`.
    """
    return [
        layer,
        DefaultInfo(files = depset([layer.blob])),
        OutputGroupInfo(
            layers = depset([layer.blob]),
            metadata = depset([layer.metadata]),
            mtree = depset([layer.mtree]),
            **groups
        ),
    ]
