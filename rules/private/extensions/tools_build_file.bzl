"""The BUILD file of a repository with tools as files in `bin/`. Pure functions."""

load("//rules/private/extensions:tool_sets.bzl", "IMAGE_TOOLS")

_PROGRAMS = """load("{tool_file_bzl}", "tool_file")

package(default_visibility = ["//visibility:public"])

exports_files({files})

[
    tool_file(
        name = name,
        src = "bin/" + name,
    )
    for name in {names}
]
"""

_TOOLCHAIN = """
load("{toolchains_bzl}", "distroless_toolchain")

distroless_toolchain(
    name = "tools",
{attributes}
)
"""

def tools_build_file(names):
    """The content of the BUILD file.

    Args:
      names: the names of the programs in `bin/`.

    Returns:
      The text: a target `NAME` for each program, and the `distroless_toolchain` `tools` if all programs of one exist.
    """
    text = _PROGRAMS.format(
        files = repr(["bin/" + name for name in names]),
        names = repr(names),
        tool_file_bzl = str(Label("//rules/private:tool_file.bzl")),
    )
    if [name for name in IMAGE_TOOLS if name not in names]:
        return text
    return text + _TOOLCHAIN.format(
        attributes = "\n".join(["    %s = \"bin/%s\"," % (name, name) for name in IMAGE_TOOLS]),
        toolchains_bzl = str(Label("//rules:toolchains.bzl")),
    )
