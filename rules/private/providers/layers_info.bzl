"""LayersInfo: several finished layers that belong together."""

LayersInfo = provider(
    doc = "Layers of an image, merged as the build setting `@distroless//rules/settings:layering` says. image() does not merge them again.",
    fields = {
        "below": "list of LayerInfo: the layers below, lowest first; empty if `whole`.",
        "layers": "list of LayerInfo, lowest first.",
        "whole": "bool: whether the layers also contain everything below them, and replace it.",
    },
)
