"""The command lines of the tool that writes evidence about images. `docs/tool_contract.md` describes them."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:run.bzl", "add", "add_each", "run")

# The formats of SBOMs, and the endings of the files, by which other tools recognise them.
SBOM_FORMATS = {
    "cyclonedx-1.6": ".cdx.json",
    "cyclonedx-1.7": ".1.7.cdx.json",
    "spdx-2.3": ".spdx.json",
    "spdx-3.0.1": ".spdx3.json",
}

# The formats of differences, and the endings of the files.
DIFF_FORMATS = {
    "html": ".html",
    "json": ".json",
    "markdown": ".md",
    "text": ".txt",
}

def _has_writer(ctx):
    """Whether the toolchain has the tool: a toolchain that was made for an older version may lack it."""
    return bool(ctx.toolchains[TOOLCHAIN_TYPE].evidence_writer)

def _files(layers):
    """The layers of an image, each followed by the layers that were merged into it."""
    return [part for layer in layers for part in [layer] + layer.merged]

def _image_contents(ctx, image, name, stem):
    """Writes the contents of an image: `NAME.contents.json`.

    Args:
      ctx: the rule's context.
      image: a struct with `config`, `descriptor`, `layers`, `manifest`.
      name: the name of the image, such as `static:debian12`.
      stem: the beginning of the name of the file.

    Returns:
      A File, or None if the toolchain lacks the tool.
    """
    if not _has_writer(ctx):
        return None
    output = ctx.actions.declare_file(stem + ".contents.json")
    files = _files(image.layers)
    details = [getattr(layer, "details", None) for layer in files]
    locks = {lock.path: lock for lock in [getattr(layer, "lock", None) for layer in files] if lock}.values()
    args = ctx.actions.args()
    args.add("contents")
    add(args, "--name", name)
    add(args, "--manifest", image.manifest)
    add(args, "--config", image.config)
    add(args, "--descriptor", image.descriptor)
    add_each(args, "--metadata", [layer.metadata for layer in files])
    add_each(args, "--mtree", [layer.mtree for layer in files])
    add_each(args, "--details", [file or "" for file in details])
    add_each(args, "--merged", [len(layer.merged) for layer in image.layers])
    add_each(args, "--partial", [place for place, layer in enumerate(files) if layer.debs and not layer.whole])
    add_each(args, "--lock", locks)
    add(args, "--output", output)
    inputs = [image.manifest, image.config, image.descriptor] + locks + [file for file in details if file]
    for layer in files:
        inputs += [layer.metadata, layer.mtree]
    run(ctx, "evidence_writer", "ImageContents", args, depset(inputs), [output], "Describing contents of %{label}")
    return output

def _index_contents(ctx, index, images, name, stem):
    """Writes the contents of an index: `NAME.contents.json`.

    Args:
      ctx: the rule's context.
      index: File: the index.
      images: list of ImageInfo.
      name: the name of the index.
      stem: the beginning of the name of the file.

    Returns:
      A File, or None if the toolchain lacks the tool or an image has no contents.
    """
    contents = [getattr(image, "contents", None) for image in images]
    if not _has_writer(ctx) or None in contents:
        return None
    output = ctx.actions.declare_file(stem + ".contents.json")
    args = ctx.actions.args()
    args.add("index-contents")
    add(args, "--name", name)
    add(args, "--index", index)
    add_each(args, "--image", contents)
    add(args, "--output", output)
    run(ctx, "evidence_writer", "ImageContents", args, depset([index] + contents), [output], "Describing contents of %{label}")
    return output

def _sbom(ctx, contents, formats, stem, organization = ""):
    """Writes the SBOM of an image or an index.

    Args:
      ctx: the rule's context.
      contents: File: the contents.
      formats: list of keys of SBOM_FORMATS.
      stem: the beginning of the names of the files.
      organization: the publisher, or an empty string for the one that the image states.

    Returns:
      A list of File, one for each format.
    """
    outputs = [ctx.actions.declare_file(stem + SBOM_FORMATS[format]) for format in formats]
    args = ctx.actions.args()
    args.add("sbom")
    add(args, "--contents", contents)
    add_each(args, "--format", formats)
    add_each(args, "--output", outputs)
    if organization:
        add(args, "--organization", organization)
    run(ctx, "evidence_writer", "ImageSbom", args, depset([contents]), outputs, "Writing SBOM of %{label}")
    return outputs

def _vex(ctx, contents, files, author, repositories):
    """Writes the issues of an image or an index.

    Args:
      ctx: the rule's context.
      contents: File: the contents.
      files: dict of options to files: `--tracker`, and `--reviews` if there are reviews.
      author: the author of the OpenVEX document.
      repositories: the names of the repositories that get the image.

    Returns:
      A struct of File: `markdown`, `openvex`, `text`.
    """
    outputs = struct(
        markdown = ctx.actions.declare_file(ctx.label.name + ".vex.md"),
        openvex = ctx.actions.declare_file(ctx.label.name + ".openvex.json"),
        text = ctx.actions.declare_file(ctx.label.name + ".vex.txt"),
    )
    args = ctx.actions.args()
    args.add("vex")
    add(args, "--contents", contents)
    for option, file in files.items():
        add(args, option, file)
    add(args, "--author", author)
    add_each(args, "--repository", repositories)
    for format, output in [("openvex", outputs.openvex), ("text", outputs.text), ("markdown", outputs.markdown)]:
        add(args, "--format", format)
        add(args, "--output", output)
    run(
        ctx,
        "evidence_writer",
        "ImageVex",
        args,
        depset([contents] + files.values()),
        [outputs.openvex, outputs.text, outputs.markdown],
        "Looking up issues of %{label}",
    )
    return outputs

def _provenance(ctx, contents, images, stated, tools_lock, stem):
    """Writes the provenance of an image or an index.

    Args:
      ctx: the rule's context.
      contents: File: the contents.
      images: list of ImageInfo: the image itself, or the images of the index.
      stated: list of (option, list of values).
      tools_lock: File: the lock of the released programs.
      stem: the beginning of the names of the files.

    Returns:
      A struct of the Files `predicate` and `statement`.
    """
    predicate = ctx.actions.declare_file(stem + ".provenance.json")
    statement = ctx.actions.declare_file(stem + ".provenance.statement.json")
    files = [layer for image in images for layer in _files(image.layers)]
    locks = {lock.path: lock for lock in [getattr(layer, "lock", None) for layer in files] if lock}.values()
    args = ctx.actions.args()
    args.add("provenance")
    add(args, "--contents", contents)
    add_each(args, "--lock", locks)
    add(args, "--tools-lock", tools_lock)
    for option, values in stated:
        add_each(args, option, values)
    add(args, "--output", predicate)
    add(args, "--statement", statement)
    run(ctx, "evidence_writer", "ImageProvenance", args, depset([contents, tools_lock] + locks), [predicate, statement], "Writing provenance of %{label}")
    return struct(predicate = predicate, statement = statement)

def _diff(ctx, old, new, formats, stem, platform = "", summary = False):
    """Writes the difference of two images or locks.

    Args:
      ctx: the rule's context.
      old: a tuple of a File (contents, layout, archive or lock), a list of the details of its layers, and its name in the
        report, or an empty string for the one in the contents.
      new: as `old`.
      formats: list of keys of DIFF_FORMATS.
      stem: the beginning of the names of the files.
      platform: the platform of the images to compare, or an empty string.
      summary: whether to leave out lists.

    Returns:
      A list of File, one for each format.
    """
    outputs = [ctx.actions.declare_file(stem + DIFF_FORMATS[format]) for format in formats]
    args = ctx.actions.args()
    args.add("diff")
    add_each(args, "--format", formats)
    add_each(args, "--output", outputs)
    add_each(args, "--old-details", old[1])
    add_each(args, "--new-details", new[1])
    for option, name in [("--old-name", old[2]), ("--new-name", new[2])]:
        if name:
            add(args, option, name)
    if platform:
        add(args, "--platform", platform)
    if summary:
        args.add("--summary")
    for side in [old[0], new[0]]:
        # A layout is one directory, not its files.
        args.add_all([side], map_each = argument, expand_directories = False)
    inputs = depset([old[0], new[0]] + old[1] + new[1])
    run(ctx, "evidence_writer", "ImageDiff", args, inputs, outputs, "Comparing images of %{label}")
    return outputs

evidence_actions = struct(
    diff = _diff,
    image_contents = _image_contents,
    index_contents = _index_contents,
    provenance = _provenance,
    sbom = _sbom,
    vex = _vex,
)
