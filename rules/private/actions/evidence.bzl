"""The command lines of the tool that writes evidence about images. `docs/tool_contract.md` describes them."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:run.bzl", "add", "add_each", "run")

# The formats of SBOMs, and the endings of the files, by which other tools recognise them.
SBOM_FORMATS = {
    "cyclonedx-1.6": ".cdx.json",
    "cyclonedx-1.7": ".1.7.cdx.json",
    "spdx-2.3": ".spdx.json",
    "spdx-3.0.1": ".spdx3.json",
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

evidence_actions = struct(
    image_contents = _image_contents,
    index_contents = _index_contents,
    sbom = _sbom,
)
