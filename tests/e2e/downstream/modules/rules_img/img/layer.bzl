"""A layer of files: here its list alone."""

load(":providers.bzl", "LayersInfo", "SingleLayerInfo")

def _image_layer_impl(ctx):
    blob = ctx.actions.declare_file(ctx.label.name + ".tar")
    metadata = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(blob, json.encode({path: target[DefaultInfo].files.to_list()[0].short_path for path, target in ctx.attr.srcs.items()}))
    hex = "0" * 64
    ctx.actions.write(metadata, json.encode({
        "diff_id": "sha256:" + hex,
        "digest": "sha256:" + hex,
        "history": [{"created_by": "bazel build %s" % ctx.label.name}],
        "mediaType": "application/vnd.oci.image.layer.v1.tar",
        "size": 0,
    }))
    layer = SingleLayerInfo(
        blob = blob,
        compact_stream = None,
        estargz = False,
        layer_input_files = None,
        layer_input_files_cas = None,
        media_type = "application/vnd.oci.image.layer.v1.tar",
        metadata = metadata,
        mtree = None,
        sources = [],
        ztoc = None,
    )
    return [LayersInfo(layers = [layer]), DefaultInfo(files = depset([blob]))]

image_layer = rule(
    implementation = _image_layer_impl,
    doc = "Files to a layer.",
    attrs = {"srcs": attr.string_keyed_label_dict(allow_files = True)},
)
