"""debian_lock_run: a command of debian_lock as a target for `bazel run`."""

def _debian_lock_run_impl(ctx):
    command = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = command, target_file = ctx.executable._debian_lock, is_executable = True)
    return [DefaultInfo(
        executable = command,
        runfiles = ctx.attr._debian_lock[DefaultInfo].default_runfiles,
    )]

debian_lock_run = rule(
    implementation = _debian_lock_run_impl,
    doc = "A command of debian_lock with its arguments in `args`; paths are those of the workspace.",
    executable = True,
    attrs = {
        # The target configuration: it runs on the machine that asks for it.
        "_debian_lock": attr.label(
            default = "//tools/debian_lock",
            cfg = "target",
            executable = True,
        ),
    },
)
