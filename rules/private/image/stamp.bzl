"""Whether a build is stamped (`--stamp`), as a value that a rule can read."""

StampInfo = provider(
    doc = "Whether the build is stamped.",
    fields = {"stamped": "bool: whether the build uses `--stamp`."},
)

def _stamp_impl(ctx):
    return [StampInfo(stamped = ctx.attr.stamped)]

stamp = rule(
    implementation = _stamp_impl,
    doc = "Turns a select() over `--stamp` into a provider.",
    attrs = {"stamped": attr.bool(doc = "A select() over `--stamp`.")},
)

# The attributes of rules that stamp.
STAMP_ATTRS = {
    "_stamp": attr.label(default = "//rules/private:stamp"),
}

def status_files(ctx):
    """A list with Bazel's file of stable status values in a stamped build; otherwise an empty list.

    Only layouts use it: the revision is outside of the image, so no digest depends on it.
    """
    return [ctx.info_file] if ctx.attr._stamp[StampInfo].stamped else []
