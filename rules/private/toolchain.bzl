"""The toolchain: one executable for each action family, so that a change to one re-keys only its own outputs."""

load("//rules/private:tool_settings.bzl", "tool_settings")

TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

_TOOLS = {
    "deb_extractor": "a .deb to its layer",
    "image_inspector": "content lists and packages to verdicts and reports",
    "image_test": "an image to verdicts on it, in tests",
    "index_writer": "configs, manifests, indexes, layouts and archives",
    "layer_assembler": "files, certificates and other derived content to a layer",
}

def _executable(attribute):
    # With a transition, the value of the attribute is a list.
    target = attribute[0] if type(attribute) == "list" else attribute
    return target[DefaultInfo].files_to_run

def _distroless_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(**{
        tool: _executable(getattr(ctx.attr, tool))
        for tool in _TOOLS
    })]

def toolchain_rule(cfg, doc):
    """Makes a rule with the attributes of `distroless_toolchain`, whose tools are built in another configuration.

    Args:
      cfg: the configuration of the tools: "exec" or a transition.
      doc: documentation of the rule.

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
                doc = "The executable for: %s." % tool_doc,
                mandatory = True,
                allow_files = True,
                executable = True,
                cfg = cfg,
            )
            for tool, tool_doc in _TOOLS.items()
        },
    )

distroless_toolchain = toolchain_rule(
    cfg = "exec",
    doc = """The tools of one execution platform. Wrap it in a `toolchain()` of type `@distroless//rules:toolchain_type`.

A label is that of an executable target or of a plain executable file:

```starlark
distroless_toolchain(name = "mine", deb_extractor = "bin/deb_extractor", …)
```""",
)
