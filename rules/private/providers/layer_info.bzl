"""LayerInfo: one finished layer."""

LayerInfo = provider(
    doc = "One finished layer. Image logic reads `metadata` only; `blob` is touched by layouts, archives and pushes.",
    fields = {
        "blob": "File: the tar, compressed as `metadata` says.",
        "debs": "list of File: the packages that the layer was made of; empty where it was made of something else.",
        "merged": "list of LayerInfo, lowest first: what the layer was merged from; empty where that was not layers alone, or one action made it.",
        "metadata": "File: JSON with `annotations`, `diff_id`, `digest`, `history`, `mediaType`, `name`, `size`.",
        "mtree": "File: the content list, mtree(5), one line an entry in tar order.",
        "name": "string: what messages call the layer: its label, or the file that it was merged into.",
        "origin": "string: the source package; layers of one origin change together. Empty where the layer is of no package.",
        "size": "int: about how many bytes it has, as the lock says, to plan with; 0 where nothing says it.",
        "whole": "bool: the layer has all files of `debs`.",
    },
)
