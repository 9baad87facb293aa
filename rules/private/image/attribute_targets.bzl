"""Checks of attributes that expect layers or images.

Bazel's own messages only name the missing provider, or say that a file is misplaced. These name the kind of the target
and what to set.
"""

load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")
load("//rules/private/providers:layers_info.bzl", "LayersInfo")

def _kind(target):
    if LayerInfo in target or LayersInfo in target:
        return "a layer"
    if ImageIndexInfo in target:
        return "an image index"
    return "an image" if ImageInfo in target else ""

def _refuse(ctx, attribute, target, expected, hint):
    kind = _kind(target)
    fail("cannot build `%s`: %s: `%s` is %s\nhint: %s" % (
        ctx.label,
        attribute,
        target.label,
        "%s, not %s" % (kind, expected) if kind else "not %s" % expected,
        hint,
    ))

def layers_of(ctx, attribute, targets):
    """The layers of an attribute.

    Args:
      ctx: the context of the rule.
      attribute: the name of the attribute, for messages.
      targets: the targets of the attribute.

    Returns:
      A list of LayerInfo. Fails if a target is not a layer.
    """
    for target in targets:
        if LayerInfo not in target:
            if _kind(target):
                hint = "set `base` to an image or an index"
            else:
                hint = "`layer(files = …)` makes a layer of files, `flatten(layers = …)` of tar archives"
            _refuse(ctx, attribute, target, "a layer", hint)
    return [target[LayerInfo] for target in targets]

def images_of(ctx, attribute, targets):
    """The images of an attribute.

    Args:
      ctx: the context of the rule.
      attribute: the name of the attribute, for messages.
      targets: the targets of the attribute.

    Returns:
      A list of ImageInfo. Fails if a target is not an image.
    """
    for target in targets:
        if ImageInfo not in target:
            _refuse(ctx, attribute, target, "an image of one architecture", "use an `image`, or an image of distroless such as `@distroless//base:debian12_arm64`")
    return [target[ImageInfo] for target in targets]

def check_image_or_index(ctx, attribute, target):
    """Fails if the target of an attribute is neither an image nor an image index.

    Args:
      ctx: the context of the rule.
      attribute: the name of the attribute, for messages.
      target: the target of the attribute.
    """
    if ImageInfo not in target and ImageIndexInfo not in target:
        if _kind(target):
            hint = "add a layer to `layers`"
        else:
            hint = "use an `image`, an `image_index`, or an image of distroless such as `@distroless//base:debian12`"
        _refuse(ctx, attribute, target, "an image or an index", hint)
