"""The fields of rules_img's providers: which there have been, and what each is for an image or a layer of ours."""

_MANIFEST = ["architecture", "config", "descriptor", "layers", "manifest", "os", "structured_config"]
_INDEX = ["descriptor", "index", "manifests"]
_LAYER = ["blob", "estargz", "media_type", "metadata"]
_STREAM = _LAYER + ["compact_stream", "layer_input_files", "layer_input_files_cas"]

# By the month since which rules_img has them (its img/private/providers); each holds until the next.
IMG_FIELDS = {
    "2025-08": {
        "ImageIndexInfo": _INDEX,
        "ImageManifestInfo": _MANIFEST + ["base_image", "missing_blobs", "platform"],
        "LayerInfo": _LAYER,
    },
    "2025-12": {
        "ImageIndexInfo": _INDEX,
        "ImageManifestInfo": _MANIFEST + ["missing_blobs", "variant"],
        "LayerInfo": _LAYER,
    },
    "2026-06": {
        "ImageIndexInfo": _INDEX + ["sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM,
    },
    "2026-07": {
        "ImageIndexInfo": _INDEX + ["sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["mtree", "sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM + ["mtree", "sources"],
    },
    "2026-08": {
        "ImageIndexInfo": _INDEX + ["sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["mtree", "soci_config", "soci_descriptor", "soci_manifest", "soci_ztocs", "sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM + ["mtree", "sources", "ztoc"],
    },
}

_MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"

def _media_type(blob):
    """By the name of the file, which says how it is packed: rules_img wants it before there is a file."""
    for ending, suffix in [(".gz", "+gzip"), (".tgz", "+gzip"), (".zst", "+zstd"), (".tar", "")]:
        if blob.basename.endswith(ending):
            return _MEDIA_TYPE + suffix
    fail("cannot hand layer `%s` to rules_img: its name does not say how it is packed; expected `.tar`, `.tar.gz` or `.tar.zst`" % blob.short_path)

def layer_values(layer):
    """Field to value, of a LayerInfo. What a field is not there for is what rules_img has for a layer without it."""
    return {
        "blob": layer.blob,
        "compact_stream": None,
        "estargz": False,
        "layer_input_files": None,
        "layer_input_files_cas": None,
        "media_type": _media_type(layer.blob),
        "metadata": layer.metadata,
        "mtree": layer.mtree,
        "soci": False,
        "sources": [],
        "ztoc": None,
    }

def manifest_values(image, layers):
    """Field to value, of an ImageInfo.

    Args:
      image: the ImageInfo.
      layers: its layers as rules_img's provider.

    Returns:
      A dict. History is in `config`, which rules_img reads where it writes one on it.
    """
    return {
        "architecture": image.architecture,
        "base_image": None,
        "config": image.config,
        "descriptor": image.descriptor,
        "layers": layers,
        "manifest": image.manifest,
        "missing_blobs": [],
        "mtree": None,
        "os": image.os,
        "platform": {"variant": image.variant} if image.variant else {},
        "soci_config": None,
        "soci_descriptor": None,
        "soci_manifest": None,
        "soci_ztocs": [],
        "sparse_oci_layout": None,
        "structured_config": {"architecture": image.architecture, "history": [], "os": image.os},
        "variant": image.variant,
    }

def index_values(index, manifests):
    """Field to value, of an ImageIndexInfo; `manifests` as rules_img's provider."""
    return {
        "descriptor": index.descriptor,
        "index": index.index,
        "manifests": manifests,
        "sparse_oci_layout": None,
    }
