"""img_image and img_layers: rules that give rules_img's providers for images and layers of ours, without an action."""

load("//rules/private:img_fields.bzl", "index_values", "layer_values", "manifest_values", _IMG_FIELDS = "IMG_FIELDS")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

IMG_FIELDS = _IMG_FIELDS

def _fields(fields):
    """The table of fields: by its month, or given."""
    if type(fields) == "dict":
        return fields
    if fields not in IMG_FIELDS:
        fail("cannot adapt to rules_img of `%s`: there are %s\nhint: take the latest that is not after your rules_img, or give `fields` as a dict" % (
            fields,
            ", ".join(["`%s`" % known for known in IMG_FIELDS]),
        ))
    return IMG_FIELDS[fields]

def _make(make, names, values):
    # A field that is newer than this adaptor is one that older rules did without.
    return make(**{name: values.get(name) for name in names})

def img_image(image_manifest_info, image_index_info, layer_info, fields = "2026-08"):
    """A rule that makes an image or an index of ours a `base` of rules_img's `image_manifest`, or a part of its `image_index`.

    rules_img's providers are given by you, so that nobody else has to fetch it. Call this in a .bzl file of your own:

    ```starlark
    load("@distroless//rules:img.bzl", "img_image")
    load("@rules_img//img:providers.bzl", "ImageIndexInfo", "ImageManifestInfo", "SingleLayerInfo")

    distroless_image = img_image(ImageManifestInfo, ImageIndexInfo, SingleLayerInfo)
    ```

    and in a BUILD file `distroless_image(name = "base", src = "@distroless//base:debian12")`. rules_img pushes and loads what is
    made on it, not it alone: its sparse layout would take an action.

    Args:
      image_manifest_info: rules_img's `ImageManifestInfo`.
      image_index_info: rules_img's `ImageIndexInfo`.
      layer_info: rules_img's `SingleLayerInfo`, before 2026-04 its `LayerInfo`.
      fields: which fields they have: a key of `IMG_FIELDS`, or a dict like its values.

    Returns:
      A rule with one attribute, `src`. It gives the providers, the manifest and config (or the index) as files, and the output
      groups of `src`.
    """
    table = _fields(fields)

    def manifest(image):
        layers = [_make(layer_info, table["LayerInfo"], layer_values(layer)) for layer in image.layers]
        return _make(image_manifest_info, table["ImageManifestInfo"], manifest_values(image, layers))

    def impl(ctx):
        src = ctx.attr.src
        if ImageInfo in src:
            info = src[ImageInfo]
            adapted, files = manifest(info), [info.manifest, info.config]
        else:
            info = src[ImageIndexInfo]
            manifests = [manifest(image) for image in info.images]
            adapted, files = _make(image_index_info, table["ImageIndexInfo"], index_values(info, manifests)), [info.index]
        return [adapted, DefaultInfo(files = depset(files)), src[OutputGroupInfo]]

    return rule(
        implementation = impl,
        doc = "An image or an index of distroless as rules_img knows it.",
        attrs = {
            "src": attr.label(
                doc = "The image or index.",
                mandatory = True,
                providers = [[ImageInfo], [ImageIndexInfo]],
            ),
        },
    )

def img_layers(layers_info, layer_info, fields = "2026-08"):
    """A rule that makes layers of ours `layers` of rules_img's `image_manifest`: its packages, without reading them again.

    ```starlark
    distroless_layers = img_layers(LayersInfo, SingleLayerInfo)
    ```

    Args:
      layers_info: rules_img's `LayersInfo`, before 2026-04 its `LayerGroupInfo`: a provider with the one field `layers`.
      layer_info: as for `img_image`.
      fields: as for `img_image`.

    Returns:
      A rule with one attribute, `srcs`.
    """
    table = _fields(fields)

    def impl(ctx):
        layers = [src[LayerInfo] for src in ctx.attr.srcs]
        return [
            layers_info(layers = [_make(layer_info, table["LayerInfo"], layer_values(layer)) for layer in layers]),
            DefaultInfo(files = depset([layer.metadata for layer in layers])),
        ]

    return rule(
        implementation = impl,
        doc = "Layers of distroless as rules_img knows them.",
        attrs = {
            "srcs": attr.label_list(
                doc = "The layers, lowest first.",
                mandatory = True,
                providers = [LayerInfo],
            ),
        },
    )
