"""The command lines of the tool that writes images, indexes, layouts and archives. `docs/tool_contract.md` describes them."""

load("//rules/private/actions:run.bzl", "LINKING", "add", "add_each", "add_pair", "run")

def _image(ctx, image, base, layers, whole, flags):
    args = ctx.actions.args()
    args.add("image")
    add(args, "--os", image.os)
    add(args, "--architecture", image.architecture)
    if image.variant:
        add(args, "--variant", image.variant)
    inputs = [layer.metadata for layer in layers]
    if base:
        add(args, "--base-config", base.config)
        add(args, "--base-manifest", base.manifest)
        inputs += [base.config, base.manifest]
        if whole:
            args.add("--whole")
    if ctx.attr.is_base:
        args.add("--is-base")
    add_each(args, "--layer", [layer.metadata for layer in layers])
    for flag, values in flags:
        add_each(args, flag, values)
    outputs = [image.config, image.manifest, image.descriptor, image.digest]
    add(args, "--config", image.config)
    add(args, "--manifest", image.manifest)
    add(args, "--descriptor", image.descriptor)
    add(args, "--digest", image.digest)
    run(ctx, "index_writer", "ImageWrite", args, depset(inputs), outputs, "Writing image %{label}")

def _image_index(ctx, index, images, annotations):
    descriptors = [image.descriptor for image in images]
    args = ctx.actions.args()
    args.add("index")
    add_each(args, "--image", descriptors)
    add_each(args, "--annotation", annotations)
    add(args, "--index", index.index)
    add(args, "--descriptor", index.descriptor)
    add(args, "--digest", index.digest)
    outputs = [index.index, index.descriptor, index.digest]
    run(ctx, "index_writer", "ImageIndexWrite", args, depset(descriptors), outputs, "Writing index %{label}")

def _artifact(ctx, artifact, flags):
    args = ctx.actions.args()
    args.add("artifact")
    for flag, values in flags:
        add_each(args, flag, values)
    for file, media_type in artifact.files:
        add_pair(args, "--file", media_type, file)
    outputs = [artifact.config, artifact.manifest, artifact.descriptor, artifact.digest]
    add(args, "--config", artifact.config)
    add(args, "--manifest", artifact.manifest)
    add(args, "--descriptor", artifact.descriptor)
    add(args, "--digest", artifact.digest)
    inputs = [file for file, _ in artifact.files] + ctx.files.config
    run(ctx, "index_writer", "ArtifactWrite", args, depset(inputs), outputs, "Writing artifact %{label}")

def _add_content(args, content):
    """Adds the options for all content below a root descriptor. Returns the inputs."""
    layers = {}
    for image in content.images:
        for layer in image.layers:
            layers[layer.metadata.path] = layer
    add(args, "--root", content.descriptor)
    add_each(args, "--document", content.documents)
    for layer in layers.values():
        add_pair(args, "--layer", layer.metadata, layer.blob)
    add_each(args, "--file", content.files)
    files = [content.descriptor] + content.documents + content.files
    for layer in layers.values():
        files += [layer.metadata, layer.blob]
    return depset(files)

def _content(info, images):
    """The content below `info`: an ImageInfo or ImageIndexInfo with `images`, or an ArtifactInfo."""
    if hasattr(info, "files"):
        files = {file.path: file for file, _ in info.files}.values()
        return struct(descriptor = info.descriptor, images = [], documents = [info.config, info.manifest], files = files)
    documents = [file for image in images for file in [image.config, image.manifest]]
    if hasattr(info, "index"):
        documents.append(info.index)
    return struct(descriptor = info.descriptor, images = images, documents = documents, files = [])

def _layout(ctx, info, images, status):
    layout = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("layout")

    # umoci can only open an image by a reference name.
    add(args, "--ref-name", "latest")
    add_each(args, "--status", status)
    inputs = depset(status, transitive = [_add_content(args, _content(info, images))])
    add(args, "--output", layout)
    run(ctx, "index_writer", "ImageLayout", args, inputs, [layout], "Linking layout %{label}", LINKING)
    return layout

def _archive(ctx, info, images, tag):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    args = ctx.actions.args()
    args.add("archive")
    inputs = _add_content(args, _content(info, images))
    add(args, "--tag", tag)
    add(args, "--output", archive)
    run(ctx, "index_writer", "ImageArchive", args, inputs, [archive], "Packing archive %{label}")
    return archive

def _img_layers(ctx, layers, stem, config, history):
    """The metadata of `layers` in the format that the tool of rules_img decodes.

    Args:
      ctx: the rule's context.
      layers: list of LayerInfo, lowest first.
      stem: what the names of the files begin with.
      config: File: the configuration of the image that has exactly these layers, or None. The layers get its history.
      history: whether this version of rules_img has the field `history`.

    Returns:
      A list of files, one for each layer.
    """
    files = [ctx.actions.declare_file("%s.%d.img.json" % (stem, index)) for index in range(len(layers))]
    if not files:
        return files
    inputs = [layer.metadata for layer in layers]
    args = ctx.actions.args()
    args.add("img-layers")
    add_each(args, "--layer", list(inputs))
    add_each(args, "--output", files)
    if config:
        add(args, "--config", config)
        inputs.append(config)
    if not history:
        args.add("--no-history")
    run(ctx, "index_writer", "ImgLayers", args, depset(inputs), files, "Describing layers of %{label}")
    return files

def _refuse(ctx, reason, instead):
    never = ctx.actions.declare_file(ctx.label.name + ".unavailable")
    args = ctx.actions.args()
    args.add("refuse")
    add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    add(args, "--reason", reason)
    if instead:
        add(args, "--instead", instead)
    run(ctx, "index_writer", "ImageRefuse", args, depset(), [never], "Refusing %{label}")
    return never

image_actions = struct(
    archive = _archive,
    artifact = _artifact,
    image = _image,
    image_index = _image_index,
    img_layers = _img_layers,
    layout = _layout,
    refuse = _refuse,
)
