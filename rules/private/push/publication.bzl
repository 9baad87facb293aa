"""publication: one image to publish, from the target of any rule that makes images."""

load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

def _layout(ctx, attribute, target):
    """The layout of a target: the output group `oci_layout` of rules that have one, otherwise the only file."""
    groups = target[OutputGroupInfo] if OutputGroupInfo in target else None
    if groups != None and hasattr(groups, "oci_layout"):
        files = groups.oci_layout.to_list()
    else:
        files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("cannot publish `%s`: %s: `%s` provides %d files; expected an image, an index, an artifact, or one OCI layout (a directory or an archive)" % (
            ctx.label,
            attribute,
            target.label,
            len(files),
        ))
    return files[0]

def publication(
        ctx,
        attribute,
        target,
        name = "",
        distro = "",
        variant = "",
        date = "",
        runtime = "",
        tag = "",
        tags = [],
        tag_files = []):
    """An element of `PublicationInfo.images`.

    Args:
      ctx: the context of the rule.
      attribute: the name of the attribute with the target, for messages.
      target: a target of `image`, `image_index` or `oci_artifact`, or of another rule whose output is an OCI layout.
      name: the published name, without distro.
      distro: the distro.
      variant: `nonroot`, `debug` or `debug-nonroot`; empty for the plain image.
      date: the time of the packages.
      runtime: the version of the language.
      tag: the tag; by default that of variant and architecture if there is a name.
      tags: further tags.
      tag_files: files with further tags.

    Returns:
      A struct. Fails if the target is no image.
    """
    info = None
    architecture = ""
    if ImageInfo in target:
        info = target[ImageInfo]
        architecture = info.architecture
    elif ImageIndexInfo in target:
        info = target[ImageIndexInfo]
    return struct(
        architecture = architecture,
        date = date,
        distro = distro,
        image = info,
        layout = None if info else _layout(ctx, attribute, target),
        name = name,
        runfiles = None if info else target[DefaultInfo].default_runfiles,
        runtime = runtime,
        tag = tag or ("-".join([part for part in [variant or "latest", architecture] if part]) if name else ""),
        tag_files = tag_files,
        tags = tags,
        variant = variant,
    )
