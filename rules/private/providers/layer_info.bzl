"""LayerInfo: one finished layer."""

LayerInfo = provider(
    doc = "One finished layer. Image logic reads `metadata` only; `blob` is touched by layouts, archives and pushes.",
    fields = {
        "blob": "File: the tar, compressed as `metadata` says.",
        "metadata": "File: JSON with `annotations`, `diff_id`, `digest`, `history`, `mediaType`, `name`, `size`.",
        "mtree": "File: the content list, mtree(5), one line an entry in tar order.",
    },
)
