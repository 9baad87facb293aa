"""The compression of layers: a build setting, and an attribute that overrides it."""

# The file name extensions of layers.
_ENDINGS = {
    "estargz": ".tar.gz",
    "gzip": ".tar.gz",
    "none": ".tar",
    "zstd": ".tar.zst",
}

CompressionInfo = provider(
    doc = "The compression of layers.",
    fields = {"value": "string: `gzip`, `zstd`, `estargz` or `none`."},
)

def _check(what, value):
    if value not in _ENDINGS:
        fail("cannot compress layers: %s: unknown compression `%s`; there are %s" % (
            what,
            value,
            ", ".join(["`%s`" % known for known in sorted(_ENDINGS)]),
        ))
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
    "compression": attr.string(doc = "Compression of the layer: `gzip`, `zstd`, [`estargz`](https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md) or `none`. By default the value of the build setting `@distroless//rules/settings:compression`, whose default is `gzip`."),
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
