"""The base of an image, and its architecture: from an attribute, from the base, or from the target platform."""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private:selected_value.bzl", "SelectedValueInfo")
load("//rules/private/image:attribute_targets.bzl", "check_image_or_index")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

BASE_ATTRS = {
    "base": attr.label(doc = "The base: an `image`, or an `image_index` that contains an image for the architecture. By default none.", allow_files = True),
    "_target_architecture": attr.label(default = "//rules/private:target_architecture"),
}

def platform_of(image):
    """The platform of an ImageInfo, such as `linux/arm64/v8`."""
    return "/".join([part for part in [image.os, image.architecture, image.variant] if part])

def base_image(ctx, architecture):
    """The base image for an architecture.

    Args:
      ctx: the context of a rule with BASE_ATTRS.
      architecture: the OCI architecture name.

    Returns:
      An ImageInfo, or None if there is no base. Fails if the base has no image for the architecture.
    """
    if not ctx.attr.base:
        return None
    check_image_or_index(ctx, "base", ctx.attr.base)
    if ImageInfo in ctx.attr.base:
        base = ctx.attr.base[ImageInfo]
        if base.architecture != architecture:
            fail("cannot build `%s`: it is for linux/%s, but the base `%s` is `%s`" % (
                ctx.label,
                architecture,
                ctx.attr.base.label,
                platform_of(base),
            ))
        return base
    images = ctx.attr.base[ImageIndexInfo].images
    for image in images:
        if image.architecture == architecture:
            return image
    fail("cannot build `%s`: the base `%s` has no image for linux/%s; it has %s" % (
        ctx.label,
        ctx.attr.base.label,
        architecture or "(unsupported target platform)",
        ", ".join(["`%s`" % platform_of(image) for image in images]),
    ))

def architecture_of(ctx):
    """The architecture of the attribute, otherwise of a single-platform base, otherwise of the target platform.

    Args:
      ctx: the context of a rule with BASE_ATTRS and, optionally, the attribute `architecture`.

    Returns:
      The OCI architecture name. Fails if the architecture is unknown.
    """
    architecture = ctx.attr.architecture
    if not architecture and ctx.attr.base and ImageInfo in ctx.attr.base:
        return ctx.attr.base[ImageInfo].architecture
    architecture = architecture or ctx.attr._target_architecture[SelectedValueInfo].value
    if not architecture:
        fail("cannot build `%s`: unsupported target platform; set `architecture` to one of %s" % (
            ctx.label,
            ", ".join(["`%s`" % known for known in architectures.all]),
        ))
    problem = architectures.problem(architecture)
    if problem:
        fail("cannot build `%s`: architecture: %s" % (ctx.label, problem))
    return architecture
