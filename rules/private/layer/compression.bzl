"""The compression of layers: a build setting, and an attribute that overrides it."""

# The file name extension of layers in each compression. `docs/concepts/layering.md` describes the compressions. To add
# one, add a row here, and its encoder to `tools/crates/tarball/src/codec.rs`.
_ENDINGS = {
    "estargz": ".tar.gz",
    "gzip": ".tar.gz",
    "none": ".tar",
    "zstd": ".tar.zst",
}

COMPRESSIONS = sorted(_ENDINGS)

_LISTED = ", ".join(["`%s`" % known for known in COMPRESSIONS])

CompressionInfo = provider(
    doc = "The compression of layers.",
    fields = {"value": "string: one of %s." % _LISTED},
)

def _check(what, value):
    if value not in _ENDINGS:
        fail("cannot compress layers: %s: unknown compression `%s`; expected one of %s" % (what, value, _LISTED))
    return value

def _compression_setting_impl(ctx):
    return [CompressionInfo(value = _check("`%s`" % ctx.label, ctx.build_setting_value))]

compression_setting = rule(
    implementation = _compression_setting_impl,
    doc = "The build setting `//rules/settings:compression`: the compression of layers whose rule does not set one.",
    build_setting = config.string(flag = True),
)

# The attributes of every rule that makes a layer.
COMPRESSION_ATTRS = {
    "compression": attr.string(doc = "Compression of the layer, one of %s. By default the value of the build setting `@distroless//rules/settings:compression`, whose default is `gzip`. docs/concepts/layering.md compares them." % _LISTED),
    "_compression": attr.label(default = "//rules/settings:compression"),
}

def compression_of(ctx):
    """The compression of the layer that a rule makes.

    Args:
      ctx: the context of a rule that has COMPRESSION_ATTRS.

    Returns:
      A struct of `name`, and `ending`, the file name extension of the layer.
    """
    name = ctx.attr._compression[CompressionInfo].value
    if ctx.attr.compression:
        name = _check("`%s`: compression" % ctx.label, ctx.attr.compression)
    return struct(name = name, ending = _ENDINGS[name])
