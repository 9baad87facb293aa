"""DebsInfo: the packages that an image or a layer is made of."""

DebsInfo = provider(
    doc = "The packages that an image or a layer is made of.",
    fields = {"debs": "depset of File: whole `.deb` files, those of the lowest layer first."},
)
