"""The providers, with the fields that rules_img 0.3.19 gives them (img/private/providers there)."""

ImageIndexInfo = provider(
    doc = "An index.",
    fields = ["descriptor", "index", "manifests", "sparse_oci_layout"],
)

ImageManifestInfo = provider(
    doc = "An image.",
    fields = ["architecture", "config", "descriptor", "layers", "manifest", "mtree", "os", "soci_config", "soci_descriptor", "soci_manifest", "soci_ztocs", "sparse_oci_layout", "structured_config", "variant"],
)

LayersInfo = provider(
    doc = "Layers, lowest first.",
    fields = ["layers"],
)

SingleLayerInfo = provider(
    doc = "A layer.",
    fields = ["blob", "compact_stream", "estargz", "layer_input_files", "layer_input_files_cas", "media_type", "metadata", "mtree", "sources", "ztoc"],
)
