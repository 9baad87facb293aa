"""The canonical configuration: a package becomes the same layer whoever asks, so it is built once for all of them."""

def _canonical_impl(_settings, _attr):
    return {
        "//command_line_option:compilation_mode": "fastbuild",
        "//command_line_option:platforms": "@bazel_tools//tools:host_platform",
    }

canonical = transition(
    implementation = _canonical_impl,
    inputs = [],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:platforms",
    ],
)

# What a rule with `cfg = canonical` needs besides.
CANONICAL_ATTRS = {
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}
