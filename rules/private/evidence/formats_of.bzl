"""formats_of: the formats of the documents that a rule writes."""

def formats_of(ctx, known):
    """The formats of the attribute `formats`.

    Args:
      ctx: the context of a rule with this attribute.
      known: the formats that the rule can write.

    Returns:
      A list of string. Fails if a format is unknown or occurs twice, or if there is none.
    """
    formats = ctx.attr.formats
    for format in formats:
        if format not in known:
            fail("cannot build `%s`: formats: unknown format `%s`; expected one of %s" % (
                ctx.label,
                format,
                ", ".join(["`%s`" % name for name in known]),
            ))
    if not formats or len({format: None for format in formats}) != len(formats):
        fail("cannot build `%s`: formats: expected at least one format, each once" % ctx.label)
    return formats
