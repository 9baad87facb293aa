"""for_wasm: a program as it is built for WebAssembly."""

def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)}

_to_platform = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _for_wasm_impl(ctx):
    module = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = module, target_file = ctx.files.program[0])
    return [DefaultInfo(files = depset([module]))]

for_wasm = rule(
    implementation = _for_wasm_impl,
    doc = "A program as it is built for WebAssembly, under a name of its own.",
    attrs = {
        "platform": attr.label(doc = "The platform.", mandatory = True),
        "program": attr.label(doc = "The program.", cfg = _to_platform, mandatory = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
