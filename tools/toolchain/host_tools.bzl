"""The configuration in which this module compiles its own tools: that of their tests in `bazel test //...`.

`cfg = "exec"` would compile all crates a second time, only because the option `is exec configuration` differs. Here a
tool is built for the host platform in the target configuration, so the action of an image, a test of the tool and
`bazel run` share one binary. The disadvantage is that actions must run on a machine like the host. Modules that use
this one have prebuilt tools, or build them with cargo; their actions may run anywhere.
"""

load("//rules:toolchains.bzl", "toolchain_rule")

_HOST_MODE = "//command_line_option:host_compilation_mode"

def _host_tools_impl(settings, _attr):
    return {
        "//command_line_option:compilation_mode": settings[_HOST_MODE],
        "//command_line_option:platforms": "@bazel_tools//tools:host_platform",
        "//rules/settings:compression": "gzip",
        "//rules/settings:layering": "package",
    }

# The mode is that of tools (`--host_compilation_mode`): an image for which another mode is asked compiles no tool again.
host_tools = transition(
    implementation = _host_tools_impl,
    inputs = [_HOST_MODE],
    outputs = [
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
