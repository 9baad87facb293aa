"""Canonical configurations: a target that does not depend on its configuration is built once for all configurations.

`canonical` is for layers whose content is in the attributes of the rule, and for packages of one architecture.
`canonical_mode` keeps the target platform, for rules whose files may depend on it: `deb =
"@debian12//busybox-static:deb"`.

The compression setting does not change, because the bytes of a layer depend on it.
"""

load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")

_MODE = "//command_line_option:compilation_mode"
_PLATFORMS = "//command_line_option:platforms"
_LAYERING = "//rules/settings:layering"

def _but_layering_impl(_settings, _attr):
    return {
        _MODE: "fastbuild",
        _PLATFORMS: "@bazel_tools//tools:host_platform",
    }

# For rules that merge layers.
canonical_but_layering = transition(
    implementation = _but_layering_impl,
    inputs = [],
    outputs = [_MODE, _PLATFORMS],
)

def _canonical_impl(settings, attr):
    # A layer does not depend on the layers that it will be merged with.
    return _but_layering_impl(settings, attr) | {_LAYERING: "package"}

canonical = transition(
    implementation = _canonical_impl,
    inputs = [],
    outputs = [_MODE, _PLATFORMS, _LAYERING],
)

def _canonical_mode_impl(_settings, _attr):
    return {
        _LAYERING: "package",
        _MODE: "fastbuild",
    }

canonical_mode = transition(
    implementation = _canonical_mode_impl,
    inputs = [],
    outputs = [_MODE, _LAYERING],
)

def _canonical_mode_but_layering_impl(_settings, _attr):
    return {_MODE: "fastbuild"}

# For a layer whose content does not depend on the layering, but the choice of the actions that make its inputs does.
canonical_mode_but_layering = transition(
    implementation = _canonical_mode_but_layering_impl,
    inputs = [],
    outputs = [_MODE],
)

# The attributes of rules with a transition.
TRANSITION_ATTRS = {
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

# The attributes of rules that make a layer and have a transition.
CANONICAL_ATTRS = COMPRESSION_ATTRS | TRANSITION_ATTRS
