"""The configuration in which this module compiles its own tools: that of their tests in `bazel test //...`.

`cfg = "exec"` would compile all crates a second time, only because the option `is exec configuration` differs. Here a
tool is built for the host platform in the target configuration, so the action of an image, a test of the tool and
`bazel run` share one binary. The disadvantage is that actions must run on a machine like the host. Modules that use
this one have prebuilt tools, or build them with cargo; their actions may run anywhere.
"""

load("//rules:toolchains.bzl", "toolchain_rule")

_ANALYSIS_FAILURES = "//command_line_option:allow_analysis_failures"
_ANALYSIS_TEST = "//command_line_option:evaluating for analysis test"
_HOST_MODE = "//command_line_option:host_compilation_mode"
_PUBLISHER = "//common:publisher"
_PUSH_LAYERS = "//rules/settings:push_layers"

def _host_tools_impl(settings, _attr):
    # An analysis test runs no action: what it sets would only make Bazel analyze all crates again for it. In a build
    # these settings stay, because a tool whose configuration differs from the command line's gets other paths, and
    # would be compiled again.
    in_test = settings[_ANALYSIS_TEST]
    return {
        _ANALYSIS_FAILURES: False if in_test else settings[_ANALYSIS_FAILURES],
        _ANALYSIS_TEST: False,
        _PUBLISHER: "//common:no_publisher" if in_test else settings[_PUBLISHER],
        _PUSH_LAYERS: "local" if in_test else settings[_PUSH_LAYERS],
        "//command_line_option:compilation_mode": settings[_HOST_MODE],
        "//command_line_option:platforms": "@bazel_tools//tools:host_platform",
        "//rules/settings:compression": "gzip",
        "//rules/settings:layering": "package",
    }

# The mode is that of tools (`--host_compilation_mode`): an image for which another mode is asked compiles no tool again.
host_tools = transition(
    implementation = _host_tools_impl,
    inputs = [
        _ANALYSIS_FAILURES,
        _ANALYSIS_TEST,
        _HOST_MODE,
        _PUBLISHER,
        _PUSH_LAYERS,
    ],
    outputs = [
        _ANALYSIS_FAILURES,
        _ANALYSIS_TEST,
        _PUBLISHER,
        _PUSH_LAYERS,
        "//command_line_option:compilation_mode",
        "//command_line_option:platforms",
        "//rules/settings:compression",
        "//rules/settings:layering",
    ],
)

host_toolchain = toolchain_rule(
    cfg = host_tools,
    doc = "A `distroless_toolchain` whose tools are built for the host platform, in the same configuration as their tests.",
)

def _host_command_impl(ctx):
    started = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = started, target_file = ctx.executable.program, is_executable = True)
    [program] = ctx.attr.program
    return [DefaultInfo(
        executable = started,
        runfiles = ctx.runfiles(files = [ctx.executable.program]).merge(program[DefaultInfo].default_runfiles),
    )]

host_command = rule(
    implementation = _host_command_impl,
    doc = "A command of the tools, built like the tools of `host_toolchain`, for `bazel run` and for rules that run it.",
    executable = True,
    attrs = {
        "program": attr.label(doc = "The command.", cfg = host_tools, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
