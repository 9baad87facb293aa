"""LayersInfo: several finished layers that belong together."""

LayersInfo = provider(
    doc = "Layers of an image, laid out as the build setting `//rules/settings:layering` says. image() takes them as they are.",
    fields = {
        "below": "list of LayerInfo: the layers that these are for, lowest first; empty where `whole`.",
        "layers": "list of LayerInfo, lowest first.",
        "whole": "bool: the layers have all that is below them, too, and take its place.",
    },
)
