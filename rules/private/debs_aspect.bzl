"""debs_aspect: collects the packages below images and layers, for what is derived from all of them."""

load("//rules/private/providers:debs_info.bzl", "DebsInfo")

# Where images have what they are made of, the lowest first.
_BELOW = ["base", "image", "layers"]

def _debs_aspect_impl(_target, ctx):
    below = []
    for name in _BELOW:
        value = getattr(ctx.rule.attr, name, None)
        targets = value if type(value) == "list" else [value]
        below += [target[DebsInfo].debs for target in targets if type(target) == "Target" and DebsInfo in target]

    # A layer of a part of a package is not the package.
    whole = ctx.rule.kind == "deb_layer" and not ctx.rule.attr.include
    return [DebsInfo(debs = depset([ctx.rule.file.deb] if whole else [], transitive = below, order = "postorder"))]

debs_aspect = aspect(
    implementation = _debs_aspect_impl,
    doc = "Gives DebsInfo to images and layers.",
    attr_aspects = _BELOW,
)
