"""The fields of the providers of rules_img by version, and their values for our images and layers."""

_MANIFEST = ["architecture", "config", "descriptor", "layers", "manifest", "os", "structured_config"]
_INDEX = ["index", "manifests"]
_LAYER = ["blob", "estargz", "media_type", "metadata"]
_STREAM = _LAYER + ["compact_stream", "layer_input_files", "layer_input_files_cas"]
_SOCI = ["soci_config", "soci_descriptor", "soci_manifest", "soci_ztocs"]

# The fields of rules_img's providers by the version that introduced them (img/private/providers); each entry is valid
# until the next one. `history` says whether rules_img's tool accepts that field in the metadata of a layer; before
# 0.3.14 it does not.
IMG_FIELDS = {
    "0.0.1": {
        "ImageIndexInfo": _INDEX,
        "ImageManifestInfo": _MANIFEST + ["base_image", "missing_blobs", "platform"],
        "LayerInfo": _LAYER,
        "history": False,
    },
    "0.2.9": {
        "ImageIndexInfo": _INDEX,
        "ImageManifestInfo": _MANIFEST + ["base_image", "missing_blobs", "variant"],
        "LayerInfo": _LAYER,
        "history": False,
    },
    "0.3.2": {
        "ImageIndexInfo": _INDEX,
        "ImageManifestInfo": _MANIFEST + ["missing_blobs", "variant"],
        "LayerInfo": _LAYER,
        "history": False,
    },
    "0.3.8": {
        "ImageIndexInfo": _INDEX + ["descriptor"],
        "ImageManifestInfo": _MANIFEST + ["missing_blobs", "variant"],
        "LayerInfo": _LAYER,
        "history": False,
    },
    "0.3.12": {
        "ImageIndexInfo": _INDEX + ["descriptor", "sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["missing_blobs", "sparse_oci_layout", "variant"],
        "LayerInfo": _LAYER,
        "history": False,
    },
    "0.3.14": {
        "ImageIndexInfo": _INDEX + ["descriptor", "sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["missing_blobs", "sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM,
        "history": True,
    },
    "0.3.16": {
        "ImageIndexInfo": _INDEX + ["descriptor", "sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + ["mtree", "sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM + ["mtree", "sources"],
        "history": True,
    },
    "0.3.18": {
        "ImageIndexInfo": _INDEX + ["descriptor", "sparse_oci_layout"],
        "ImageManifestInfo": _MANIFEST + _SOCI + ["mtree", "sparse_oci_layout", "variant"],
        "LayerInfo": _STREAM + ["mtree", "sources", "ztoc"],
        "history": True,
    },
}

# The last entry, which is valid for 0.3.19.
NEWEST_FIELDS = "0.3.18"

_MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"

def _media_type(blob):
    """The media type from the file name, which shows the compression. rules_img needs it before the file exists."""
    for ending, suffix in [(".gz", "+gzip"), (".tgz", "+gzip"), (".zst", "+zstd"), (".tar", "")]:
        if blob.basename.endswith(ending):
            return _MEDIA_TYPE + suffix
    fail("cannot pass layer `%s` to rules_img: unknown file name extension; expected `.tar`, `.tar.gz` or `.tar.zst`" % blob.short_path)

def layer_values(layer, metadata):
    """The values of the fields for a LayerInfo. A missing value is the one that rules_img uses for layers without it.

    Args:
      layer: the LayerInfo.
      metadata: File: its metadata with the fields of rules_img and no others, because rules_img rejects unknown fields.

    Returns:
      A dict.
    """
    return {
        "blob": layer.blob,
        "compact_stream": None,
        "estargz": False,
        "layer_input_files": None,
        "layer_input_files_cas": None,
        "media_type": _media_type(layer.blob),
        "metadata": metadata,
        "mtree": layer.mtree,
        "soci": False,
        "sources": [],
        "ztoc": None,
    }

def manifest_values(image, layers, sparse_layout):
    """The values of the fields for an ImageInfo.

    Args:
      image: the ImageInfo.
      layers: its layers as the provider of rules_img.
      sparse_layout: File: its sparse layout, a directory, or None.

    Returns:
      A dict. The history is not in it: rules_img reads it from the metadata of the layers.
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
        "sparse_oci_layout": sparse_layout,
        "structured_config": {"architecture": image.architecture, "history": [], "os": image.os},
        "variant": image.variant,
    }

def index_values(index, manifests, sparse_layout):
    """The values for an ImageIndexInfo. `manifests` are providers of rules_img, `sparse_layout` is a File or None."""
    return {
        "descriptor": index.descriptor,
        "index": index.index,
        "manifests": manifests,
        "sparse_oci_layout": sparse_layout,
    }
