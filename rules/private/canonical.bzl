"""The canonical configurations: what does not depend on who asks is built once for all of them.

`canonical` is for layers of what is named in the rule and for packages of one architecture. `canonical_mode` keeps the target
platform, for rules whose files may be chosen by it: `deb = "@debian12//busybox-static:deb"`.
"""

_MODE = "//command_line_option:compilation_mode"
_PLATFORMS = "//command_line_option:platforms"

def _canonical_impl(_settings, _attr):
    return {
        _MODE: "fastbuild",
        _PLATFORMS: "@bazel_tools//tools:host_platform",
    }

canonical = transition(
    implementation = _canonical_impl,
    inputs = [],
    outputs = [_MODE, _PLATFORMS],
)

def _canonical_mode_impl(_settings, _attr):
    return {_MODE: "fastbuild"}

canonical_mode = transition(
    implementation = _canonical_mode_impl,
    inputs = [],
    outputs = [_MODE],
)

# What a rule with a transition needs besides.
TRANSITION_ATTRS = {
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

# What a rule that makes a layer in one of these configurations needs besides.
CANONICAL_ATTRS = TRANSITION_ATTRS
