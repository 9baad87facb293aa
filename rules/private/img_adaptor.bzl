"""img_image and img_layers: rules that give rules_img's providers for images and layers of ours, without reading a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:img_fields.bzl", "NEWEST_FIELDS", "index_values", "layer_values", "manifest_values", _IMG_FIELDS = "IMG_FIELDS")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private:wanted.bzl", "check_image_or_index", "wanted_layers")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

IMG_FIELDS = _IMG_FIELDS

def _fields(fields):
    """The table of fields: by the version of rules_img, or given."""
    if type(fields) == "dict":
        return fields
    if fields not in IMG_FIELDS:
        fail("cannot adapt to rules_img of `%s`: there are %s\nhint: take the latest that is not after your rules_img, or give `fields` as a dict" % (
            fields,
            ", ".join(["`%s`" % known for known in IMG_FIELDS]),
        ))
    return IMG_FIELDS[fields]

def _make(make, names, values):
    # Unknown fields are newer than this adaptor; the rules work without them.
    return make(**{name: values.get(name) for name in names})

def _make_layers(ctx, make, table, layers, stem, config = None):
    """Layers as rules_img's provider, each with a metadata file in the form that its tool decodes."""
    files = actions.img_layers(ctx, layers, stem, config, table.get("history", True))
    return [_make(make, table["LayerInfo"], layer_values(layer, files[index])) for index, layer in enumerate(layers)]

def _sparse_layout(ctx, toolchain, stem, flags, manifests):
    """What rules_img pushes and loads by: documents and descriptions of layers, assembled by its own tool."""
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
    """A rule that makes an image or an index of ours a `base` of rules_img's `image_manifest`, or a part of its `image_index`.

    rules_img's providers are given by you, so that nobody else has to fetch it. Call this in a .bzl file of your own:

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

    and in a BUILD file `distroless_image(name = "base", src = "@distroless//base:debian12")`.

    Each layer gets a metadata file in the form of rules_img, which its tool decodes strictly; no layer is read.

    Args:
      image_manifest_info: rules_img's `ImageManifestInfo`.
      image_index_info: rules_img's `ImageIndexInfo`.
      layer_info: rules_img's `SingleLayerInfo`, before 0.3.10 its `LayerInfo`.
      fields: which fields they have: a key of `IMG_FIELDS`, the latest version that is not after your rules_img, or a dict
        like its values.
      toolchain: Label of rules_img's toolchain type, or None. Its tool writes the sparse layout that `image_push` and
        `image_load` need of the image itself; images made on it do without.

    Returns:
      A rule with one attribute, `src`. It gives the providers, the manifest and config (or the index) as files, and the output
      groups of `src`.
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
        doc = "An image or an index of distroless as rules_img knows it.",
        attrs = {
            "src": attr.label(
                doc = "The image or index.",
                mandatory = True,
                allow_files = True,
            ),
        },
        toolchains = [TOOLCHAIN_TYPE] + ([toolchain] if toolchain else []),
    )

def img_layers(layers_info, layer_info, fields = NEWEST_FIELDS):
    """A rule that makes layers of ours `layers` of rules_img's `image_manifest`: its packages, without reading them again.

    ```starlark
    distroless_layers = img_layers(LayersInfo, SingleLayerInfo)
    ```

    Args:
      layers_info: rules_img's `LayersInfo`, before 0.3.10 its `LayerGroupInfo`: a provider with the one field `layers`.
      layer_info: as for `img_image`.
      fields: as for `img_image`.

    Returns:
      A rule with one attribute, `srcs`.
    """
    table = _fields(fields)

    def impl(ctx):
        layers = wanted_layers(ctx, "srcs", ctx.attr.srcs)
        made = _make_layers(ctx, layer_info, table, layers, ctx.label.name)
        return [
            layers_info(layers = made),
            DefaultInfo(files = depset([layer.metadata for layer in made])),
        ]

    return rule(
        implementation = impl,
        doc = "Layers of distroless as rules_img knows them.",
        attrs = {
            "srcs": attr.label_list(
                doc = "The layers, lowest first.",
                mandatory = True,
                allow_files = True,
            ),
        },
        toolchains = [TOOLCHAIN_TYPE],
    )
