"""Resets the settings of layers for the tools, which do not depend on them, so that they are built once."""

def _tool_settings_impl(_settings, _attr):
    return {
        "//rules/settings:compression": "gzip",
        "//rules/settings:layering": "package",
    }

# Build settings also apply to the configuration of the tools. Without this transition, each value would compile the
# tools again.
tool_settings = transition(
    implementation = _tool_settings_impl,
    inputs = [],
    outputs = ["//rules/settings:compression", "//rules/settings:layering"],
)
