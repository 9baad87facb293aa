"""contents_of: the contents of the image or the index of an attribute."""

load("//rules/private/image:attribute_targets.bzl", "check_image_or_index")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

def contents_of(ctx, attribute, target):
    """The contents of an image or an index.

    Args:
      ctx: the context of the rule.
      attribute: the name of the attribute, for messages.
      target: the target of the attribute.

    Returns:
      A File. Fails if the target is no image, or if its rule does not describe its contents.
    """
    check_image_or_index(ctx, attribute, target)
    info = target[ImageInfo] if ImageInfo in target else target[ImageIndexInfo]
    contents = getattr(info, "contents", None)
    if not contents:
        fail("cannot build `%s`: %s: `%s` does not describe its contents\nhint: make the image by a rule of distroless, and add `evidence_writer` to your distroless_toolchain if you have one" % (ctx.label, attribute, target.label))
    return contents
