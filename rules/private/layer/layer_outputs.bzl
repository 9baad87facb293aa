"""The providers that every rule that makes a layer returns."""

def layer_outputs(layer, checked = [], **groups):
    """The providers of a rule that makes one layer.

    Args:
      layer: a LayerInfo.
      checked: files that exist if the checks succeed. A build of the target makes them, but no other action waits for
        them.
      **groups: further output groups: names to depsets.

    Returns:
      A list of providers: LayerInfo, the blob as default output, and the output groups `details`, `layers`, `metadata`, `mtree`.
    """
    return [
        layer,
        DefaultInfo(files = depset([layer.blob])),
        OutputGroupInfo(
            _validation = depset(checked),
            details = depset([layer.details] if layer.details else []),
            layers = depset([layer.blob]),
            metadata = depset([layer.metadata]),
            mtree = depset([layer.mtree]),
            **groups
        ),
    ]
