"""The architecture of the target platform as a value that a rule can read."""

TargetArchitectureInfo = provider(
    doc = "The architecture of the target platform.",
    fields = {"architecture": "string: the OCI architecture name; empty for a platform without images."},
)

def _target_architecture_impl(ctx):
    return [TargetArchitectureInfo(architecture = ctx.attr.architecture)]

target_architecture = rule(
    implementation = _target_architecture_impl,
    doc = "Turns a select() over platforms into a provider.",
    attrs = {"architecture": attr.string(doc = "The OCI architecture name, a select() over platforms.")},
)
