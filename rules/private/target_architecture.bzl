"""The architecture of the target platform as a value that a rule can read."""

TargetArchitectureInfo = provider(
    doc = "The architecture of the target platform.",
    fields = {"architecture": "string: the OCI spelling, empty for a platform that no image is made for."},
)

def _target_architecture_impl(ctx):
    return [TargetArchitectureInfo(architecture = ctx.attr.architecture)]

target_architecture = rule(
    implementation = _target_architecture_impl,
    doc = "Turns a select() over platforms into a provider.",
    attrs = {"architecture": attr.string(doc = "The OCI spelling, by select().")},
)
