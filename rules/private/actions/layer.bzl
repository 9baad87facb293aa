"""The command lines of the tools that make layers. `docs/tool_contract.md` describes them."""

load("//rules/private/actions:run.bzl", "add", "add_each", "add_json", "run", "to_file")
load("//rules/private/layer:compression.bzl", "compression_of")
load("//rules/private/layer:layer_parts.bzl", "layer_parts", "libraries_of")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

# The properties of a layer without a package.
_NO_FACTS = {"debs": [], "libraries": [], "lock": None, "merged": [], "origin": "", "size": 0, "whole": False}

def _written(ctx, tool, mnemonic, args, inputs, message, stem, compression, ending, has_details, has_libraries, store, facts):
    """Runs the command of a layer with this compression. `stem`: what the names of the files begin with."""
    libraries = ctx.actions.declare_file(stem + ".libraries.json") if has_libraries else None
    if libraries:
        facts = facts | {"libraries": [libraries]}
    layer = LayerInfo(
        blob = ctx.actions.declare_file(stem + ending),
        details = ctx.actions.declare_file(stem + ".details.json") if has_details else None,
        metadata = ctx.actions.declare_file(stem + ".layer.json"),
        mtree = ctx.actions.declare_file(stem + ".mtree"),
        **facts
    )
    own = ctx.actions.args()
    add(own, "--compression", compression)
    add(own, "--layer", layer.blob)
    add(own, "--metadata", layer.metadata)
    add(own, "--mtree", layer.mtree)
    outputs = [layer.blob, layer.metadata, layer.mtree]
    if layer.details:
        add(own, "--details", layer.details)
        outputs.append(layer.details)
    if libraries:
        add(own, "--libraries", libraries)
        outputs.append(libraries)
    if store:
        add(own, "--store", store)
        outputs.append(store)
    run(ctx, tool, mnemonic, own, inputs, outputs, message, shared = [args])
    return layer

def _layer(ctx, tool, mnemonic, args, inputs, message, name, created_by, created = "", stem = "", has_details = True, has_libraries = False, store = None, **facts):
    """Adds the common options of layer commands, and runs the command. Returns LayerInfo with the fields in `facts`.

    Declares the command twice: the layer, and the same layer without compression for merging (`part`). Bazel runs only
    the one that is needed.
    """
    compression = compression_of(ctx)
    stem = stem or ctx.label.name
    add(args, "--name", name)
    add(args, "--created-by", created_by)
    if created:
        add(args, "--created", created)
    to_file(args)
    facts = _NO_FACTS | facts | {"name": str(ctx.label)}
    part = None
    if compression.name != "none":
        part = _written(ctx, tool, "LayerPart", args, inputs, message, stem + ".part", "none", ".tar", has_details, has_libraries, None, facts | {"part": None})
    return _written(ctx, tool, mnemonic, args, inputs, message, stem, compression.name, compression.ending, has_details, has_libraries, store, facts | {"part": part})

def _deb_layer(ctx, deb, sha256 = "", package = "", version = "", architecture = "", include = [], merged_usr = False, origin = "", size = 0, mtime = None, registered = True, created_by = "", lock = None):
    args = ctx.actions.args()
    add(args, "--deb", deb)
    if sha256:
        add(args, "--sha256", sha256)
    if package:
        add(args, "--package", package)
    if version:
        add(args, "--version", version)
    if architecture:
        add(args, "--architecture", architecture)
    add_each(args, "--include", include)
    if merged_usr:
        args.add("--merged-usr")
    if mtime != None:
        add(args, "--mtime", mtime)
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
        has_libraries = not include,
        lock = lock,
        origin = origin or name,
        size = size,
        whole = not include,
    )

def _entries_layer(ctx, entries, files, created_by, created = ""):
    args = ctx.actions.args()
    args.add("files")
    add_json(args, "--entry", entries)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset(files),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
        created,
    )

def _derived_layer(ctx, command, debs, options, files, created_by, switches = [], store = None, lock = None):
    args = ctx.actions.args()
    args.add(command)
    add_each(args, "--deb", debs)
    for flag, values in options:
        add_each(args, flag, values)
    args.add_all(switches)
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
        lock = lock,
        store = store,
    )

def _loader_cache(ctx, packages, architecture):
    """The layer of `/etc/ld.so.cache`. `packages`: what `libraries_of` returns."""
    args = ctx.actions.args()
    args.add("ld-so-cache")
    add_each(args, "--package", packages.values())
    add(args, "--architecture", architecture)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset(packages.values()),
        "Assembling layer %{label}",
        ctx.label.name,
        "ldconfig",
        debs = packages.keys(),
    )

def _control_archive(ctx, deb):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar.gz")
    args = ctx.actions.args()
    args.add("control")
    add(args, "--deb", deb)
    add(args, "--output", archive)
    run(ctx, "layer_assembler", "ControlArchive", args, depset([deb]), [archive], "Taking control archive %{label}")
    return archive

def _archive_layer(ctx, archive, sha256, files, file_sha256, mode, mtime, annotations, created_by, size, lock = None):
    args = ctx.actions.args()
    args.add("archive")
    add(args, "--archive", archive)
    if sha256:
        add(args, "--sha256", sha256)
    for flag, pairs in [("--file", files), ("--file-sha256", file_sha256)]:
        add_each(args, flag, ["%s=%s" % pair for pair in sorted(pairs.items())])
    add_each(args, "--annotation", sorted(annotations))
    add(args, "--mode", mode)
    add(args, "--mtime", mtime)
    return _layer(
        ctx,
        "layer_assembler",
        "LayerAssemble",
        args,
        depset([archive]),
        "Assembling layer %{label}",
        ctx.label.name,
        created_by,
        lock = lock,
        origin = archive.short_path,
        size = size,
    )

def _details(layers):
    """The details of the layers before merging. Layers of other rules may have none."""
    details = [getattr(layer, "details", None) for layer in layer_parts(layers)]
    return [file for file in details if file]

def _merged_layer(ctx, parts, created_by = "", stem = ""):
    """Merges `parts`: structs of `file`, `name` (for messages) and `layer` (LayerInfo; None for other tar archives)."""
    stem = stem or ctx.label.name

    all_layers = all([part.layer for part in parts])
    listed = []
    inputs = []
    for part in parts:
        known = {}
        inputs.append(part.file)
        if part.layer:
            # With the digests of files, which the merge then does not compute again.
            known = {"metadata": part.layer.metadata, "mtree": part.layer.mtree}
            inputs += [part.layer.metadata, part.layer.mtree]

        # If all parts are layers, `merged` has them with their details.
        details = _details([part.layer]) if part.layer and not all_layers else []
        if details:
            known["details"] = details
            inputs += details
        listed.append({"file": part.file, "name": part.name} | known)
    args = ctx.actions.args()
    args.add("merge")
    add_json(args, "--input", listed)
    if not created_by:
        args.add("--history-of-inputs")
    layers = layer_parts([part.layer for part in parts if part.layer])
    packages = libraries_of(layers)
    whole = all([layer.whole for layer in layers if layer.debs])
    locks = {layer.lock: None for layer in layers if getattr(layer, "lock", None)}.keys()
    return _layer(
        ctx,
        "layer_assembler",
        "LayerMerge",
        args,
        depset(inputs),
        "Merging layers of %{label}",
        stem,
        created_by or "merge",
        stem = stem,
        debs = packages.keys(),
        has_details = not all_layers,
        libraries = packages.values() if whole else [],
        lock = locks[0] if len(locks) == 1 else None,
        merged = layers if all_layers else [],
        whole = whole,
    )

layer_actions = struct(
    archive_layer = _archive_layer,
    control_archive = _control_archive,
    deb_layer = _deb_layer,
    derived_layer = _derived_layer,
    entries_layer = _entries_layer,
    loader_cache = _loader_cache,
    merged_layer = _merged_layer,
)
