"""Whether a build is stamped (`--stamp`), as a value that a rule can read."""

StampInfo = provider(
    doc = "Whether the build is stamped.",
    fields = {"stamped": "bool: built with `--stamp`."},
)

def _stamp_impl(ctx):
    return [StampInfo(stamped = ctx.attr.stamped)]

stamp = rule(
    implementation = _stamp_impl,
    doc = "Turns a select() over `--stamp` into a provider.",
    attrs = {"stamped": attr.bool(doc = "By select().")},
)

# The attributes of rules that stamp.
STAMP_ATTRS = {
    "_stamp": attr.label(default = "//rules/private:stamp"),
}

def status_files(ctx):
    """Bazel's file of stable status in a stamped build, as a list; else nothing.

    Only layouts take it: a revision stands beside an image, where no digest covers it.
    """
    return [ctx.info_file] if ctx.attr._stamp[StampInfo].stamped else []
