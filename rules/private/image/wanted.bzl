"""What attributes take that want layers or images: with a message for anything else.

Bazel says of a target without a provider only which one it lacks, and of a file that it is misplaced.
"""

load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")
load("//rules/private/providers:layers_info.bzl", "LayersInfo")

def _kind(target):
    if LayerInfo in target or LayersInfo in target:
        return "a layer"
    if ImageIndexInfo in target:
        return "an index of images"
    return "an image" if ImageInfo in target else ""

def _refuse(ctx, attribute, target, wanted, hint):
    kind = _kind(target)
    fail("cannot build `%s`: %s: `%s` is %s\nhint: %s" % (
        ctx.label,
        attribute,
        target.label,
        "%s, not %s" % (kind, wanted) if kind else "not %s" % wanted,
        hint,
    ))

def wanted_layers(ctx, attribute, targets):
    """The layers that targets are.

    Args:
      ctx: the context of the rule.
      attribute: the attribute's name, for messages.
      targets: its targets.

    Returns:
      A list of LayerInfo. Fails where a target is none.
    """
    for target in targets:
        if LayerInfo not in target:
            if _kind(target):
                hint = "an image or an index goes into `base`"
            else:
                hint = "`layer(files = …)` makes a layer of files, `flatten(layers = …)` of tar archives"
            _refuse(ctx, attribute, target, "a layer", hint)
    return [target[LayerInfo] for target in targets]

def wanted_images(ctx, attribute, targets):
    """The images that targets are.

    Args:
      ctx: the context of the rule.
      attribute: the attribute's name, for messages.
      targets: its targets.

    Returns:
      A list of ImageInfo. Fails where a target is none.
    """
    for target in targets:
        if ImageInfo not in target:
            _refuse(ctx, attribute, target, "an image of one architecture", "give an `image`, or one of distroless such as `@distroless//base:debian12_arm64`")
    return [target[ImageInfo] for target in targets]

def check_image_or_index(ctx, attribute, target):
    """Fails where a target is neither an image nor an index.

    Args:
      ctx: the context of the rule.
      attribute: the attribute's name, for messages.
      target: its target.
    """
    if ImageInfo not in target and ImageIndexInfo not in target:
        if _kind(target):
            hint = "a layer goes into `layers`"
        else:
            hint = "give an `image`, an `image_index`, or one of distroless such as `@distroless//base:debian12`"
        _refuse(ctx, attribute, target, "an image or an index", hint)
