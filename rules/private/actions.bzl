"""The only file that builds command lines of our tools. `docs/tool_contract.md` describes them."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:compression.bzl", "compression_of")
load("//rules/private:layer_parts.bzl", "layer_parts")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

# Each tool implements Bazel's worker protocol: protobuf, several requests at once, sandboxed, cancellable.
_WORKER = {
    "requires-worker-protocol": "proto",
    "supports-multiplex-sandboxing": "1",
    "supports-multiplex-workers": "1",
    "supports-worker-cancellation": "1",
    "supports-workers": "1",
}

# A layout has hard links to its blobs. A sandbox is another mount, where hard links are impossible. A disk or remote
# cache would restore copies: all images together would need nine times the space.
_LINKING = _WORKER | {
    "no-cache": "1",
    "no-sandbox": "1",
}

def _add(args, flag, value):
    """Adds `FLAG=VALUE`: one argument, so that a value may be empty or begin with `-`."""
    args.add_all([value], map_each = argument, format_each = flag + "=%s", expand_directories = False)

def _add_each(args, flag, values):
    """Adds `FLAG=VALUE` for each value, as `_add` does. A directory is replaced by its files."""
    args.add_all(values, map_each = argument, format_each = flag + "=%s")

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

# The properties of a layer without a package.
_NO_FACTS = {"debs": [], "merged": [], "origin": "", "size": 0, "whole": False}

def _layer(ctx, tool, mnemonic, args, inputs, message, name, created_by, created = "", stem = "", more_outputs = [], **facts):
    """Adds the common options of layer commands, and runs the command. Returns LayerInfo with the fields in `facts`."""
    compression = compression_of(ctx)
    stem = stem or ctx.label.name
    layer = LayerInfo(
        blob = ctx.actions.declare_file(stem + compression.ending),
        metadata = ctx.actions.declare_file(stem + ".layer.json"),
        mtree = ctx.actions.declare_file(stem + ".mtree"),
        name = str(ctx.label),
        **(_NO_FACTS | facts)
    )
    _add(args, "--name", name)
    _add(args, "--created-by", created_by)
    if created:
        _add(args, "--created", created)
    _add(args, "--compression", compression.name)
    _add(args, "--layer", layer.blob)
    _add(args, "--metadata", layer.metadata)
    _add(args, "--mtree", layer.mtree)
    _run(ctx, tool, mnemonic, args, inputs, [layer.blob, layer.metadata, layer.mtree] + more_outputs, message)
    return layer

def _deb_layer(ctx, deb, sha256 = "", package = "", version = "", architecture = "", include = [], merged_usr = False, origin = "", size = 0, mtime = None, registered = True, created_by = ""):
    args = ctx.actions.args()
    _add(args, "--deb", deb)
    if sha256:
        _add(args, "--sha256", sha256)
    if package:
        _add(args, "--package", package)
    if version:
        _add(args, "--version", version)
    if architecture:
        _add(args, "--architecture", architecture)
    _add_each(args, "--include", include)
    if merged_usr:
        args.add("--merged-usr")
    if mtime != None:
        _add(args, "--mtime", mtime)
    if not registered:
        args.add("--unregistered")
    name = package or ctx.label.name
    return _layer(
        ctx,
        "deb_extractor",
        "DebExtract",
        args,
        depset([deb]),
        "Extracting %{label}",
        name,
        created_by or " ".join([word for word in ["deb", name, version, architecture] if word]),
        debs = [deb],
        origin = origin or name,
        size = size,
        whole = not include,
    )

def _entries_layer(ctx, entries, files, created_by, created = ""):
    manifest = ctx.actions.declare_file(ctx.label.name + ".entries.json")
    ctx.actions.write(manifest, json.encode(entries))
    args = ctx.actions.args()
    args.add("files")
    _add(args, "--entries", manifest)
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

def _derived_layer(ctx, command, debs, options, files, created_by, switches = [], store = None):
    args = ctx.actions.args()
    args.add(command)
    _add_each(args, "--deb", debs)
    for flag, values in options:
        _add_each(args, flag, values)
    args.add_all(switches)
    if store:
        _add(args, "--store", store)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset(files + debs),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
        debs = debs,
        more_outputs = [store] if store else [],
    )

def _control_archive(ctx, deb):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar.gz")
    args = ctx.actions.args()
    args.add("control")
    _add(args, "--deb", deb)
    _add(args, "--output", archive)
    _run(ctx, "layer_assembler", "ControlArchive", args, depset([deb]), [archive], "Taking control archive %{label}")
    return archive

def _archive_layer(ctx, archive, sha256, files, file_sha256, mode, mtime, annotations, created_by, size):
    args = ctx.actions.args()
    args.add("archive")
    _add(args, "--archive", archive)
    if sha256:
        _add(args, "--sha256", sha256)
    for flag, pairs in [("--file", files), ("--file-sha256", file_sha256)]:
        _add_each(args, flag, ["%s=%s" % pair for pair in sorted(pairs.items())])
    _add_each(args, "--annotation", sorted(annotations))
    _add(args, "--mode", mode)
    _add(args, "--mtime", mtime)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset([archive]),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
        origin = archive.short_path,
        size = size,
    )

def _merged_layer(ctx, parts, created_by = "", stem = ""):
    """Merges `parts`: structs of `file`, `name` (for messages) and `layer` (LayerInfo; None for other tar archives)."""
    stem = stem or ctx.label.name
    listed = []
    inputs = []
    for part in parts:
        known = {"metadata": part.layer.metadata.path} if part.layer else {}
        listed.append({"file": part.file.path, "name": part.name} | known)
        inputs += [part.file] + ([part.layer.metadata] if part.layer else [])
    manifest = ctx.actions.declare_file(stem + ".inputs.json")
    ctx.actions.write(manifest, json.encode(listed))
    args = ctx.actions.args()
    args.add("merge")
    _add(args, "--inputs", manifest)
    if not created_by:
        args.add("--history-of-inputs")
    layers = layer_parts([part.layer for part in parts if part.layer])
    debs = {deb.path: deb for layer in layers for deb in layer.debs}
    return _layer(
        ctx,
        "layer_assembler",
        "LayerMerge",
        args,
        depset([manifest] + inputs),
        "Merging layers of %{label}",
        stem,
        created_by or "merge",
        stem = stem,
        debs = debs.values(),
        merged = layers if all([part.layer for part in parts]) else [],
        whole = all([layer.whole for layer in layers if layer.debs]),
    )

def _image(ctx, image, base, layers, whole, flags):
    args = ctx.actions.args()
    args.add("image")
    _add(args, "--os", image.os)
    _add(args, "--architecture", image.architecture)
    if image.variant:
        _add(args, "--variant", image.variant)
    inputs = [layer.metadata for layer in layers]
    if base:
        _add(args, "--base-config", base.config)
        _add(args, "--base-manifest", base.manifest)
        inputs += [base.config, base.manifest]
        if whole:
            args.add("--whole")
    if ctx.attr.is_base:
        args.add("--is-base")
    _add_each(args, "--layer", [layer.metadata for layer in layers])
    for flag, values in flags:
        _add_each(args, flag, values)
    outputs = [image.config, image.manifest, image.descriptor, image.digest]
    _add(args, "--config", image.config)
    _add(args, "--manifest", image.manifest)
    _add(args, "--descriptor", image.descriptor)
    _add(args, "--digest", image.digest)
    _run(ctx, "index_writer", "ImageWrite", args, depset(inputs), outputs, "Writing image %{label}")

def _image_index(ctx, index, images, annotations):
    descriptors = [image.descriptor for image in images]
    args = ctx.actions.args()
    args.add("index")
    _add_each(args, "--image", descriptors)
    _add_each(args, "--annotation", annotations)
    _add(args, "--index", index.index)
    _add(args, "--descriptor", index.descriptor)
    _add(args, "--digest", index.digest)
    outputs = [index.index, index.descriptor, index.digest]
    _run(ctx, "index_writer", "ImageIndexWrite", args, depset(descriptors), outputs, "Writing index %{label}")

def _artifact(ctx, artifact, flags):
    args = ctx.actions.args()
    args.add("artifact")
    for flag, values in flags:
        _add_each(args, flag, values)
    _add_each(args, "--file", ["%s=%s" % (media_type, file.path) for file, media_type in artifact.files])
    outputs = [artifact.config, artifact.manifest, artifact.descriptor, artifact.digest]
    _add(args, "--config", artifact.config)
    _add(args, "--manifest", artifact.manifest)
    _add(args, "--descriptor", artifact.descriptor)
    _add(args, "--digest", artifact.digest)
    inputs = [file for file, _ in artifact.files] + ctx.files.config
    _run(ctx, "index_writer", "ArtifactWrite", args, depset(inputs), outputs, "Writing artifact %{label}")

def _add_content(args, content):
    """Adds the options for all content below a root descriptor. Returns the inputs."""
    layers = {}
    for image in content.images:
        for layer in image.layers:
            layers[layer.metadata.path] = layer
    _add(args, "--root", content.descriptor)
    _add_each(args, "--document", content.documents)
    for layer in layers.values():
        args.add_joined([layer.metadata, layer.blob], map_each = argument, join_with = "=", format_joined = "--layer=%s")
    _add_each(args, "--file", content.files)
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
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("layout")

    # umoci can only open an image by a reference name.
    _add(args, "--ref-name", "latest")
    _add_each(args, "--status", status)
    inputs = depset(status, transitive = [_add_content(args, _content(info, images))])
    _add(args, "--output", folder)
    _run(ctx, "index_writer", "ImageLayout", args, inputs, [folder], "Linking layout %{label}", _LINKING)
    return folder

def _archive(ctx, info, images, tag):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    args = ctx.actions.args()
    args.add("archive")
    inputs = _add_content(args, _content(info, images))
    _add(args, "--tag", tag)
    _add(args, "--output", archive)
    _run(ctx, "index_writer", "ImageArchive", args, inputs, [archive], "Packing archive %{label}")
    return archive

def _add_listings(args, layers):
    """Adds the options for the content lists of layers. Returns the files."""
    layers = layer_parts(layers)
    metadata = [layer.metadata for layer in layers]
    mtrees = [layer.mtree for layer in layers]
    _add_each(args, "--metadata", metadata)
    _add_each(args, "--mtree", mtrees)
    return metadata + mtrees

def _inspect(ctx, mnemonic, args, inputs, output, message):
    _add(args, "--output", output)
    _run(ctx, "image_inspector", mnemonic, args, depset(inputs), [output], message)
    return output

def _image_check(ctx, layers, base_layers, config = None, unchecked = [], merged = False):
    """Checks that layers fit together. `merged`: the layers were merged into one."""
    args = ctx.actions.args()
    args.add("check")
    _add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    _add(args, "--base-layers", len(layer_parts(base_layers)))
    if merged:
        _add(args, "--parts", len(layer_parts(layers)))
    elif [layer for layer in layers if layer.merged]:
        _add_each(args, "--parts", [len(layer_parts([layer])) for layer in layers])
    inputs = _add_listings(args, layers)
    if config:
        _add(args, "--config", config)
        inputs.append(config)
    _add_each(args, "--unchecked", unchecked)
    output = ctx.actions.declare_file(ctx.label.name + ".checked")
    return _inspect(ctx, "ImageCheck", args, inputs, output, "Checking image %{label}")

def _image_report(ctx, image):
    args = ctx.actions.args()
    args.add("report")
    _add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    _add(args, "--platform", "/".join([image.os, image.architecture]))
    inputs = _add_listings(args, image.layers)

    # Several layers may come from one package.
    layers = layer_parts(image.layers)
    packages = {deb.path: deb for layer in layers for deb in layer.debs}
    whole = {deb.path: None for layer in layers if layer.whole for deb in layer.debs}
    _add_each(args, "--deb", [deb for path, deb in packages.items() if path in whole])
    _add_each(args, "--part", [deb for path, deb in packages.items() if path not in whole])
    _inspect(ctx, "ImageReport", args, inputs + packages.values(), image.report, "Reporting on image %{label}")

def _image_reports(ctx, images, output):
    reports = [image.report for image in images]
    args = ctx.actions.args()
    args.add("join")
    _add_each(args, "--report", reports)
    _inspect(ctx, "ImageReport", args, reports, output, "Reporting on images of %{label}")

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
    _add_each(args, "--layer", list(inputs))
    _add_each(args, "--output", files)
    if config:
        _add(args, "--config", config)
        inputs.append(config)
    if not history:
        args.add("--no-history")
    _run(ctx, "index_writer", "ImgLayers", args, depset(inputs), files, "Describing layers of %{label}")
    return files

def _refuse(ctx, reason, instead):
    never = ctx.actions.declare_file(ctx.label.name + ".unavailable")
    args = ctx.actions.args()
    args.add("refuse")
    _add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    _add(args, "--reason", reason)
    if instead:
        _add(args, "--instead", instead)
    _run(ctx, "index_writer", "ImageRefuse", args, depset(), [never], "Refusing %{label}")
    return never

actions = struct(
    archive = _archive,
    archive_layer = _archive_layer,
    artifact = _artifact,
    control_archive = _control_archive,
    deb_layer = _deb_layer,
    derived_layer = _derived_layer,
    entries_layer = _entries_layer,
    image = _image,
    image_check = _image_check,
    image_index = _image_index,
    image_report = _image_report,
    image_reports = _image_reports,
    img_layers = _img_layers,
    layout = _layout,
    merged_layer = _merged_layer,
    refuse = _refuse,
)
