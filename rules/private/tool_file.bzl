"""tool_file: an executable file as a target for `bazel run` and for attributes that require an executable."""

def _tool_file_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = ctx.file.src, is_executable = True)
    return [DefaultInfo(executable = program, runfiles = ctx.runfiles(files = [ctx.file.src]))]

tool_file = rule(
    implementation = _tool_file_impl,
    doc = "An executable file as a target that Bazel can run.",
    executable = True,
    attrs = {
        "src": attr.label(doc = "The executable file.", allow_single_file = True, mandatory = True),
    },
)
