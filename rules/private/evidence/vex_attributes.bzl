"""The attributes that all rules about issues of images have."""

VEX_ATTRS = {
    "reviews": attr.label(
        doc = "File of reviews, which name the binary packages or the files that an issue is in: docs/reference/formats/reviews.md describes the format. An image without them is not affected.",
        allow_single_file = [".json"],
    ),
    "tracker": attr.label(
        doc = "Lock of Debian's security tracker, written by `debian_lock tracker` with all locks of the packages.",
        allow_single_file = [".json"],
        mandatory = True,
    ),
}

def vex_files(ctx):
    """The files of VEX_ATTRS, by their options.

    Args:
      ctx: the context of a rule with VEX_ATTRS.

    Returns:
      A dict of options to files.
    """
    return {"--tracker": ctx.file.tracker} | ({"--reviews": ctx.file.reviews} if ctx.file.reviews else {})
