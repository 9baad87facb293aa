"""img_image and img_layers: make rules with the providers of rules_img for our images and layers."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:image.bzl", "image_actions")
load("//rules/private/image:attribute_targets.bzl", "check_image_or_index", "layers_of")
load("//rules/private/image:img_fields.bzl", "NEWEST_FIELDS", "index_values", "layer_values", "manifest_values", _IMG_FIELDS = "IMG_FIELDS")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

IMG_FIELDS = _IMG_FIELDS

def _fields(fields):
    """The table of fields for a version of rules_img, or the given table."""
    if type(fields) == "dict":
        return fields
    if fields not in IMG_FIELDS:
        fail("cannot adapt to rules_img `%s`: unknown version; expected one of %s\nhint: use the latest one that is not newer than your rules_img, or set `fields` to a dict" % (
            fields,
            ", ".join(["`%s`" % known for known in IMG_FIELDS]),
        ))
    return IMG_FIELDS[fields]

def _make(make, names, values):
    # Unknown fields are newer than this adaptor; the rules work without them.
    return make(**{name: values.get(name) for name in names})

def _make_layers(ctx, make, table, layers, stem, config = None):
    """Layers as the provider of rules_img, each with a metadata file in the format of the tool of rules_img."""
    files = image_actions.img_layers(ctx, layers, stem, config, table.get("history", True))
    return [_make(make, table["LayerInfo"], layer_values(layer, files[index])) for index, layer in enumerate(layers)]

def _sparse_layout(ctx, toolchain, stem, flags, manifests):
    """The sparse layout for pushes and loads: documents and layer descriptions, written by the tool of rules_img."""
    if not toolchain:
        return None
    output = ctx.actions.declare_directory(stem + "_sparse_oci_layout")
    layers = {layer.metadata.path: layer.metadata for manifest in manifests for layer in manifest.layers}.values()
    args = ctx.actions.args()
    args.add("sparse-oci-layout")
    args.add("--format", "directory")
    for flag, file in flags:
        args.add(flag, file)
    args.add_all(layers, before_each = "--layer")
    args.add_all([output], before_each = "--output", expand_directories = False)
    ctx.actions.run(
        executable = ctx.toolchains[toolchain].imgtoolchaininfo.tool_exe,
        arguments = [args],
        inputs = [file for _, file in flags] + layers,
        outputs = [output],
        mnemonic = "ImgSparseLayout",
        progress_message = "Describing %{label} for rules_img",
        toolchain = toolchain,
    )
    return output

def img_image(image_manifest_info, image_index_info, layer_info, fields = NEWEST_FIELDS, toolchain = None):
    """Makes a rule that adapts an image or an index to rules_img.

    The target is a `base` of `image_manifest` of rules_img, or a part of its `image_index`.

    The caller passes the providers of rules_img, so that users without rules_img need not fetch it. Call this function
    in a `.bzl` file of your module:

    ```starlark
    load("@distroless//rules:img.bzl", "img_image")
    load("@rules_img//img:providers.bzl", "ImageIndexInfo", "ImageManifestInfo", "SingleLayerInfo")

    distroless_image = img_image(
        ImageManifestInfo,
        ImageIndexInfo,
        SingleLayerInfo,
        toolchain = Label("@rules_img//img:toolchain_type"),
    )
    ```

    and use the rule in a BUILD file:

    ```starlark
    distroless_image(name = "base", src = "@distroless//base:debian12")
    ```

    The rule writes a metadata file for each layer in the format of rules_img, and reads no layer.

    Args:
      image_manifest_info: the provider `ImageManifestInfo` of rules_img.
      image_index_info: the provider `ImageIndexInfo` of rules_img.
      layer_info: the provider `SingleLayerInfo` of rules_img, or `LayerInfo` before 0.3.10.
      fields: the fields of these providers: a key of `IMG_FIELDS`, which is the latest version that is not newer than
        your rules_img, or a dict with the same structure as its values.
      toolchain: the Label of the toolchain type of rules_img, or None. Its tool writes the sparse layout, which
        `image_push` and `image_load` need for the image itself, but not for images built on it.

    Returns:
      A rule with one attribute, `src`. It returns the providers, the manifest and the configuration (or the index) as
      default outputs, and the output groups of `src`.
    """
    table = _fields(fields)

    def manifest(ctx, image, stem):
        layers = _make_layers(ctx, layer_info, table, image.layers, stem, image.config)
        flags = [("--manifest", image.manifest), ("--config", image.config)]
        sparse = _sparse_layout(ctx, toolchain, stem, flags, [struct(layers = layers)])
        return _make(image_manifest_info, table["ImageManifestInfo"], manifest_values(image, layers, sparse))

    def index(ctx, info):
        stems = ["_".join([word for word in [ctx.label.name, image.architecture, image.variant] if word]) for image in info.images]
        manifests = [manifest(ctx, image, stem) for image, stem in zip(info.images, stems)]
        flags = [("--index", info.index)]
        for image in info.images:
            flags += [("--manifest-path", image.manifest), ("--config-path", image.config)]
        sparse = _sparse_layout(ctx, toolchain, ctx.label.name, flags, manifests)
        return _make(image_index_info, table["ImageIndexInfo"], index_values(info, manifests, sparse))

    def impl(ctx):
        src = ctx.attr.src
        check_image_or_index(ctx, "src", src)
        if ImageInfo in src:
            info = src[ImageInfo]
            adapted, files = manifest(ctx, info, ctx.label.name), [info.manifest, info.config]
        else:
            info = src[ImageIndexInfo]
            adapted, files = index(ctx, info), [info.index]
        return [adapted, DefaultInfo(files = depset(files)), src[OutputGroupInfo]]

    return rule(
        implementation = impl,
        doc = "An image or an index of distroless, with the providers of rules_img.",
        attrs = {
            "src": attr.label(
                doc = "The `image` or `image_index`.",
                mandatory = True,
                allow_files = True,
            ),
        },
        toolchains = [TOOLCHAIN_TYPE] + ([toolchain] if toolchain else []),
    )

def img_layers(layers_info, layer_info, fields = NEWEST_FIELDS):
    """Makes a rule that adapts layers of distroless to rules_img, for `layers` of `image_manifest`. It reads no layer.

    ```starlark
    distroless_layers = img_layers(LayersInfo, SingleLayerInfo)
    ```

    Args:
      layers_info: the provider `LayersInfo` of rules_img, or `LayerGroupInfo` before 0.3.10. It has one field,
        `layers`.
      layer_info: as for `img_image`.
      fields: as for `img_image`.

    Returns:
      A rule with one attribute, `srcs`.
    """
    table = _fields(fields)

    def impl(ctx):
        layers = layers_of(ctx, "srcs", ctx.attr.srcs)
        made = _make_layers(ctx, layer_info, table, layers, ctx.label.name)
        return [
            layers_info(layers = made),
            DefaultInfo(files = depset([layer.metadata for layer in made])),
        ]

    return rule(
        implementation = impl,
        doc = "Layers of distroless, with the providers of rules_img.",
        attrs = {
            "srcs": attr.label_list(
                doc = "The layers, lowest first.",
                mandatory = True,
                allow_files = True,
            ),
        },
        toolchains = [TOOLCHAIN_TYPE],
    )
