"""The toolchain: one executable for each family of actions, so that a change of one invalidates only its outputs."""

load("//rules/private:tool_settings.bzl", "tool_settings")

TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

_TOOLS = {
    "deb_extractor": "turns a Debian package into a layer",
    "evidence_writer": "writes SBOMs and other evidence about images",
    "image_inspector": "checks content lists and packages, and writes reports",
    "image_test": "checks an image, in tests",
    "index_writer": "writes configurations, manifests, indexes, layouts and archives",
    "layer_assembler": "makes layers of files, certificates and other derived content",
}

# The tools that a toolchain may lack: they are newer than the rule, and a build of an image does not need them.
_OPTIONAL = ["evidence_writer"]

def _executable(attribute):
    # With a transition, the value of the attribute is a list.
    target = attribute[0] if type(attribute) == "list" else attribute
    return target[DefaultInfo].files_to_run if target else None

def _distroless_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(**{
        tool: _executable(getattr(ctx.attr, tool))
        for tool in _TOOLS
    })]

def toolchain_rule(cfg, doc):
    """Makes a rule with the attributes of `distroless_toolchain` that builds its tools in the given configuration.

    Args:
      cfg: the configuration of the tools: "exec" or a transition.
      doc: the documentation of the rule.

    Returns:
      The rule.
    """
    return rule(
        implementation = _distroless_toolchain_impl,
        cfg = tool_settings,
        doc = doc,
        attrs = {
            "_allowlist_function_transition": attr.label(
                default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
            ),
        } | {
            tool: attr.label(
                doc = "The executable that %s.%s" % (tool_doc, " Without it, nothing can be built that needs it." if tool in _OPTIONAL else ""),
                mandatory = tool not in _OPTIONAL,
                allow_files = True,
                executable = True,
                cfg = cfg,
            )
            for tool, tool_doc in _TOOLS.items()
        },
    )

distroless_toolchain = toolchain_rule(
    cfg = "exec",
    doc = """The tools for one execution platform.

Use it in a [`toolchain`](https://bazel.build/extending/toolchains) of the type
`@distroless//rules:toolchain_type`. A label is an executable target or an executable file:

```starlark
distroless_toolchain(name = "mine", deb_extractor = "bin/deb_extractor", …)
```""",
)
