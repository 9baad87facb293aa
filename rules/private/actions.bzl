"""The only place that builds command lines for our tools. `docs/tool_contract.md` says what they mean."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

# Each tool answers Bazel's worker protocol: protobuf, several requests at once, sandboxed, cancellable.
_WORKER = {
    "requires-worker-protocol": "proto",
    "supports-multiplex-sandboxing": "1",
    "supports-multiplex-workers": "1",
    "supports-worker-cancellation": "1",
    "supports-workers": "1",
}

# A layout hard-links its blobs; a sandbox is another mount, where that is impossible. Out of a disk or remote cache it would come
# as copies: all images together took nine times the room.
_LINKING = _WORKER | {
    "no-cache": "1",
    "no-sandbox": "1",
}

def _run(ctx, tool, mnemonic, args, inputs, outputs, message, requirements = _WORKER):
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    ctx.actions.run(
        executable = getattr(ctx.toolchains[TOOLCHAIN_TYPE], tool),
        arguments = [args],
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = message,
        execution_requirements = requirements,
        toolchain = TOOLCHAIN_TYPE,
    )

def _layer(ctx, tool, mnemonic, args, inputs, message, name, created_by, created = ""):
    """Adds what every layer-making command takes and runs it. Returns LayerInfo."""
    layer = LayerInfo(
        blob = ctx.actions.declare_file(ctx.label.name + ".tar.gz"),
        metadata = ctx.actions.declare_file(ctx.label.name + ".layer.json"),
        mtree = ctx.actions.declare_file(ctx.label.name + ".mtree"),
    )
    args.add("--name", name)
    args.add("--created-by", created_by)
    if created:
        args.add("--created", created)
    args.add("--layer", layer.blob)
    args.add("--metadata", layer.metadata)
    args.add("--mtree", layer.mtree)
    _run(ctx, tool, mnemonic, args, inputs, [layer.blob, layer.metadata, layer.mtree], message)
    return layer

def _deb_layer(ctx, deb, sha256, package, version, architecture, include):
    args = ctx.actions.args()
    args.add("--deb", deb)
    if sha256:
        args.add("--sha256", sha256)
    if package:
        args.add("--package", package)
    if version:
        args.add("--version", version)
    if architecture:
        args.add("--architecture", architecture)
    args.add_all(include, before_each = "--include")
    name = package or ctx.label.name
    return _layer(
        ctx,
        "deb_extractor",
        "DebExtract",
        args,
        depset([deb]),
        "Extracting %{label}",
        name,
        " ".join([word for word in ["deb", name, version, architecture] if word]),
    )

def _entries_layer(ctx, entries, files, created_by, created = ""):
    manifest = ctx.actions.declare_file(ctx.label.name + ".entries.json")
    ctx.actions.write(manifest, json.encode(entries))
    args = ctx.actions.args()
    args.add("files")
    args.add("--entries", manifest)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset([manifest], transitive = files),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
        created,
    )

def _derived_layer(ctx, command, debs, options, files, created_by):
    packages = debs if type(debs) == "depset" else depset(debs)
    args = ctx.actions.args()
    args.add(command)
    args.add_all(packages, before_each = "--deb")
    for flag, values in options:
        args.add_all(values, before_each = flag)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset(files, transitive = [packages]),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
    )

def _image(ctx, image, base, layers, flags):
    args = ctx.actions.args()
    args.add("image")
    args.add("--os", image.os)
    args.add("--architecture", image.architecture)
    if image.variant:
        args.add("--variant", image.variant)
    inputs = [layer.metadata for layer in layers]
    if base:
        args.add("--base-config", base.config)
        args.add("--base-manifest", base.manifest)
        inputs += [base.config, base.manifest]
    args.add_all([layer.metadata for layer in layers], before_each = "--layer")
    for flag, values in flags:
        args.add_all(values, before_each = flag)
    outputs = [image.config, image.manifest, image.descriptor, image.digest]
    args.add("--config", image.config)
    args.add("--manifest", image.manifest)
    args.add("--descriptor", image.descriptor)
    args.add("--digest", image.digest)
    _run(ctx, "index_writer", "ImageWrite", args, depset(inputs), outputs, "Writing image %{label}")

def _image_index(ctx, index, images, annotations):
    descriptors = [image.descriptor for image in images]
    args = ctx.actions.args()
    args.add("index")
    args.add_all(descriptors, before_each = "--image")
    args.add_all(annotations, before_each = "--annotation")
    args.add("--index", index.index)
    args.add("--descriptor", index.descriptor)
    args.add("--digest", index.digest)
    outputs = [index.index, index.descriptor, index.digest]
    _run(ctx, "index_writer", "ImageIndexWrite", args, depset(descriptors), outputs, "Writing index %{label}")

def _add_content(args, content):
    """The flags that name everything below a root descriptor. Returns the inputs."""
    layers = {}
    for image in content.images:
        for layer in image.layers:
            layers[layer.metadata.path] = layer
    args.add("--root", content.descriptor)
    args.add_all(content.documents, before_each = "--document")
    for layer in layers.values():
        args.add("--layer")
        args.add_joined([layer.metadata, layer.blob], join_with = "=")
    files = [content.descriptor] + content.documents
    for layer in layers.values():
        files += [layer.metadata, layer.blob]
    return depset(files)

def _content(info, images):
    """What is below `info`, an ImageInfo or ImageIndexInfo over `images`."""
    documents = [file for image in images for file in [image.config, image.manifest]]
    if hasattr(info, "index"):
        documents.append(info.index)
    return struct(descriptor = info.descriptor, images = images, documents = documents)

def _layout(ctx, info, images):
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("layout")

    # umoci opens an image by a name; a layout without one is closed to it.
    args.add("--ref-name", "latest")
    inputs = _add_content(args, _content(info, images))
    args.add_all([folder], before_each = "--output", expand_directories = False)
    _run(ctx, "index_writer", "ImageLayout", args, inputs, [folder], "Linking layout %{label}", _LINKING)
    return folder

def _archive(ctx, info, images, tag):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    args = ctx.actions.args()
    args.add("archive")
    inputs = _add_content(args, _content(info, images))
    args.add("--tag", tag)
    args.add("--output", archive)
    _run(ctx, "index_writer", "ImageArchive", args, inputs, [archive], "Packing archive %{label}")
    return archive

def _refuse(ctx, reason, instead):
    never = ctx.actions.declare_file(ctx.label.name + ".unavailable")
    args = ctx.actions.args()
    args.add("refuse")
    args.add("--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    args.add("--reason", reason)
    if instead:
        args.add("--instead", instead)
    _run(ctx, "index_writer", "ImageRefuse", args, depset(), [never], "Refusing %{label}")
    return never

actions = struct(
    archive = _archive,
    deb_layer = _deb_layer,
    derived_layer = _derived_layer,
    entries_layer = _entries_layer,
    image = _image,
    image_index = _image_index,
    layout = _layout,
    refuse = _refuse,
)
