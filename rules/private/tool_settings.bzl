"""Resets the settings of layers for the tools, which do not depend on them, so that they are built once."""

# Build settings also apply to the configuration of the tools. Without these transitions, each transition to another value
# would compile the tools again. The disadvantage: Bazel names an output directory by the difference of a configuration from
# the command line, so a value on the command line compiles them again. `push_layers` is not reset, because no action depends
# on it, and no transition changes it in a build.
_DEFAULTS = {
    "//rules/settings:compression": "gzip",
    "//rules/settings:layering": "package",
}

_PLATFORMS = "//command_line_option:platforms"

def _tool_settings_impl(_settings, _attr):
    return _DEFAULTS

tool_settings = transition(
    implementation = _tool_settings_impl,
    inputs = [],
    outputs = _DEFAULTS.keys(),
)

def _host_program_impl(_settings, _attr):
    return _DEFAULTS | {_PLATFORMS: "@bazel_tools//tools:host_platform"}

# For a program that `bazel run` starts on this machine, also if images are built for another target platform.
host_program = transition(
    implementation = _host_program_impl,
    inputs = [],
    outputs = _DEFAULTS.keys() + [_PLATFORMS],
)
