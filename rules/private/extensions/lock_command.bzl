"""debian_lock_run: a command of debian_lock for `bazel run`, and the command that updates the lock of a hub."""

# The variable with the paths of `data`: the program finds them in the directory in which `bazel run` starts it.
_DATA = "DEBIAN_LOCK_DATA"

def _rlocation_path(ctx, file):
    """The path of a file below the directory of runfiles, as `$(rlocationpath)` expands."""
    path = file.short_path
    return path.removeprefix("../") if path.startswith("../") else ctx.workspace_name + "/" + path

def _debian_lock_run_impl(ctx):
    if ctx.attr.problem:
        fail("\n" + ctx.attr.problem)
    command = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = command, target_file = ctx.executable._debian_lock, is_executable = True)
    runfiles = ctx.runfiles(files = ctx.files.data).merge(ctx.attr._debian_lock[DefaultInfo].default_runfiles)
    return [
        DefaultInfo(executable = command, runfiles = runfiles),
        RunEnvironmentInfo(environment = {_DATA: "\n".join([_rlocation_path(ctx, file) for file in ctx.files.data])}),
    ]

debian_lock_run = rule(
    implementation = _debian_lock_run_impl,
    doc = "A command of debian_lock with its arguments in `args`. Paths are relative to the workspace in which `bazel run` is called.",
    executable = True,
    attrs = {
        "data": attr.label_list(doc = "Files of other modules, such as `@distroless//debian_packages:debian12.lock.json`. `args` names them as `$(rlocationpath LABEL)`.", allow_files = True),
        "problem": attr.string(doc = "The reason why there is no such command. If set, building the target fails with this message."),
        # The target configuration, because the program runs on the machine of the user.
        "_debian_lock": attr.label(
            default = "//tools:debian_lock",
            allow_files = True,
            cfg = "target",
            executable = True,
        ),
    },
)

def _path(label):
    return (label.package + "/" if label.package else "") + label.name

def lock_command(hub, lock, manifest):
    """The command that updates the lock of a hub.

    Args:
      hub: the name of the hub.
      lock: the label of its lock.
      manifest: the label of its manifest, or None.

    Returns:
      A struct of `args`, the arguments of debian_lock in the main workspace, and `problem`, the reason why there is no
      such command, or an empty string.
    """
    if not manifest:
        return struct(args = [], problem = "cannot lock `@%s`: its debian.install() has no `manifest`\nhint: add `manifest = \"//:DISTRO.yaml\"` to it" % hub)
    foreign = [label for label in [manifest, lock] if label.repo_name]
    if foreign:
        return struct(args = [], problem = "cannot lock `@%s`: `%s` is not a file of this workspace\nhint: run the lock command in the module that owns this file" % (hub, foreign[0]))
    args = ["update", _path(manifest)]
    default = _path(manifest).removesuffix(".yaml").removesuffix(".yml") + ".lock.json"
    return struct(args = args + ([] if _path(lock) == default else ["--lock", _path(lock)]), problem = "")
