"""The tools as actions run them: built for the execution platform, optimised."""

load("//rules:toolchains.bzl", "TOOLCHAIN_TYPE")

_TOOLS = ["deb_extractor", "index_writer", "layer_assembler"]

def _action_tools_impl(ctx):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    files = [getattr(toolchain, tool).executable for tool in _TOOLS]
    return [DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files))]

action_tools = rule(
    implementation = _action_tools_impl,
    doc = "The executables of the toolchain, as data of a benchmark or test.",
    toolchains = [TOOLCHAIN_TYPE],
)
