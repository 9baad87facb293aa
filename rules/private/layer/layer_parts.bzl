"""The layers that merged layers were made from."""

def part_of(layer):
    """The form of a layer that a merged layer reads.

    Args:
      layer: a LayerInfo.

    Returns:
      A LayerInfo: the same layer without compression, or `layer` if it has no other form, as layers of other rules.
    """
    return getattr(layer, "part", None) or layer

def layer_parts(layers):
    """The layers before merging. Reports on packages use them, because they do not depend on the layering.

    Args:
      layers: a list of LayerInfo.

    Returns:
      A list of LayerInfo, in which the parts of each merged layer replace it. Parts are never merged layers themselves.
    """
    return [part for layer in layers for part in (layer.merged or [layer])]

def libraries_of(layers):
    """What the cache of the dynamic loader is made from.

    Args:
      layers: a list of LayerInfo.

    Returns:
      A dict of each package, a File, to the file with its libraries. The package itself is in the place of this file if its
      layer has none, as layers of other rules.
    """
    libraries = {}
    for layer in layers:
        files = getattr(layer, "libraries", None) or layer.debs
        if len(files) != len(layer.debs):
            fail("cannot read the libraries of the layer `%s`: its LayerInfo has %d in `libraries` and %d in `debs`\nhint: give one file for each package, or leave out `libraries`" % (layer.name, len(files), len(layer.debs)))
        for number, deb in enumerate(layer.debs):
            libraries.setdefault(deb, files[number])
    return libraries
