"""NAME_content: the file that a macro of rules_distroless puts into its layer, by itself."""

load("@bazel_skylib//rules:write_file.bzl", "write_file")

# The common attributes that a file target also has (propagate_common_rule_attributes of bazel-lib has the others).
_COMMON = ["compatible_with", "deprecation", "exec_compatible_with", "exec_properties", "features", "restricted_to", "tags", "target_compatible_with", "testonly", "toolchains", "visibility"]

def content_file(name, text, kwargs):
    """Makes the target `NAME_content`, a file `NAME.content`.

    Args:
      name: the target of the layer.
      text: what the file has.
      kwargs: the attributes of the layer, of which those that all rules have are this target's too.
    """
    write_file(
        name = name + "_content",
        out = name + ".content",

        # Without an additional newline at the end.
        content = text.split("\n"),
        newline = "unix",
        **{attribute: value for attribute, value in kwargs.items() if attribute in _COMMON}
    )
