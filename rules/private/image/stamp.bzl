"""The status values of a build with `--stamp`."""

load("//rules/private:selected_value.bzl", "SelectedValueInfo")

# The value of `//rules/private:stamp` in a build with `--stamp`.
STAMPED = "stamped"

# The attributes of rules that stamp.
STAMP_ATTRS = {
    "_stamp": attr.label(default = "//rules/private:stamp"),
}

def status_files(ctx):
    """A list with Bazel's file of stable status values in a stamped build; otherwise an empty list.

    Only layouts use it: the revision is outside of the image, so no digest depends on it.
    """
    return [ctx.info_file] if ctx.attr._stamp[SelectedValueInfo].value == STAMPED else []
