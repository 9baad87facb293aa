"""The layering of images: a build setting, and an attribute that overrides it."""

_FORMS = "`package`, `single` or `origin:N`, where N is the maximum number of layers of an image"

LayeringInfo = provider(
    doc = "The layering of an image: how its layers are merged.",
    fields = {"value": "string: `package`, `single` or `origin:N`."},
)

def parse_layering(what, value):
    """Parses a value of the setting or of the attribute. Fails for any other value.

    Args:
      what: the place of the value, for the message.
      value: `package`, `single` or `origin:N`.

    Returns:
      A struct of `kind`, one of `package`, `single` and `origin`, and `most`, the number of layers for `origin`.
    """
    kind, colon, most = value.partition(":")
    if kind == "origin" and most.isdigit() and int(most) > 0:
        return struct(kind = kind, most = int(most))
    if kind in ["package", "single"] and not colon:
        return struct(kind = kind, most = 0)
    fail("cannot lay out layers: %s: unknown layering `%s`; expected %s" % (what, value, _FORMS))

def _layering_setting_impl(ctx):
    parse_layering("`%s`" % ctx.label, ctx.build_setting_value)
    return [LayeringInfo(value = ctx.build_setting_value)]

layering_setting = rule(
    implementation = _layering_setting_impl,
    doc = "The build setting `//rules/settings:layering`: the layering of images whose rule does not set one.",
    build_setting = config.string(flag = True),
)

LAYERING_ATTRS = {
    "_layering": attr.label(default = "//rules/settings:layering"),
}

def layering_of(ctx, value = ""):
    """The layering of a rule.

    Args:
      ctx: the context of a rule that has LAYERING_ATTRS.
      value: the value of its attribute `layering`, or an empty string.

    Returns:
      The same as `parse_layering`.
    """
    if value:
        return parse_layering("`%s`: layering" % ctx.label, value)
    return parse_layering("`%s`" % ctx.attr._layering.label, ctx.attr._layering[LayeringInfo].value)
