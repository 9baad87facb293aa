"""LayerInfo: one finished layer."""

LayerInfo = provider(
    doc = "One finished layer. Rules for images read only `metadata`; layouts, archives and pushes read `blob`.",
    fields = {
        "blob": "File: the tar archive, with the compression in `metadata`.",
        "debs": "list of File: the Debian packages that the layer was made from; empty if there are none.",
        "details": "File: what evidence states and the other files do not have, JSON: packages with their documents, shared libraries with their exported symbols. None for a merged layer, whose parts have details. Layers of other rules may lack the field.",
        "libraries": "list of File, one for each of `debs`: what the cache of the dynamic loader needs of the package, JSON. Empty for a layer that does not contain all files of `debs`. Layers of other rules may lack the field.",
        "lock": "File: the lock that names the packages or the archive of the layer, in the format of [packages](formats/lock.md) or [runtimes](formats/runtime_lock.md). None if there is no lock. Layers of other rules may lack the field.",
        "merged": "list of LayerInfo, lowest first: the layers that were merged into this one, without compression if they have `part`. Empty if the layer was not merged, or not from layers alone.",
        "metadata": "File: JSON with `annotations`, `diff_id`, `digest`, `history`, `mediaType`, `name`, `size`.",
        "mtree": "File: the content list in the format of mtree(5): one line for each entry, in the order of the archive.",
        "name": "string: the name of the layer in messages: its label, or the file that it was merged into.",
        "origin": "string: the source package. Layers of one origin change together. Empty if the layer does not come from a package.",
        "part": "LayerInfo: the same layer without compression, for merging; Bazel makes its files only if a rule uses them. None if `blob` is not compressed, or for a layer that is itself such a part. Layers of other rules may lack the field.",
        "size": "int: the approximate size in bytes from the lock, an estimate for merging layers; 0 if unknown.",
        "whole": "bool: whether the layer contains all files of `debs`.",
    },
)
