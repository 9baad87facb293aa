"""NAME_content: the file in the layer of a macro of rules_distroless, as a separate target."""

load("@bazel_skylib//rules:write_file.bzl", "write_file")

# The common attributes that a file target also has (propagate_common_rule_attributes of bazel-lib has the others).
_COMMON = ["compatible_with", "deprecation", "exec_compatible_with", "exec_properties", "features", "restricted_to", "tags", "target_compatible_with", "testonly", "toolchains", "visibility"]

def content_file(name, text, kwargs):
    """Declares the target `NAME_content`, a file `NAME.content`.

    Args:
      name: the target of the layer.
      text: the content of the file.
      kwargs: the attributes of the layer. The common attributes of all rules also apply to this target.
    """
    write_file(
        name = name + "_content",
        out = name + ".content",

        # Without an additional newline at the end.
        content = text.split("\n"),
        newline = "unix",
        **{attribute: value for attribute, value in kwargs.items() if attribute in _COMMON}
    )
