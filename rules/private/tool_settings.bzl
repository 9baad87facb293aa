"""The tools are the same whatever the settings of layers: one build of them serves all."""

def _tool_settings_impl(_settings, _attr):
    return {
        "//rules/settings:compression": "gzip",
        "//rules/settings:layering": "package",
    }

# Settings reach the tools' own configuration too. Without this, each value of a setting would compile them anew.
tool_settings = transition(
    implementation = _tool_settings_impl,
    inputs = [],
    outputs = ["//rules/settings:compression", "//rules/settings:layering"],
)
