"""program: `image_push` with a plan, for `bazel run`."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS")
load("//rules/private:tool_settings.bzl", "host_program")
load("//rules/private/push:plan.bzl", "plan")
load("//rules/private/push:push_layers.bzl", "PushLayersInfo")

# The attributes of rules that run `image_push`.
PROGRAM_ATTRS = TRANSITION_ATTRS | {
    "_image_push": attr.label(
        default = "//tools:image_push",
        allow_files = True,
        cfg = host_program,
        executable = True,
    ),
    "_push_layers": attr.label(default = "//rules/settings:push_layers"),
}

def program(ctx, command, images, repositories = [], template = "", statements = []):
    """The program with a plan next to it, under the name of the target.

    Args:
      ctx: the context of a rule with PROGRAM_ATTRS.
      command: `push` or `load`.
      images: elements of `PublicationInfo.images`.
      repositories: `HOST/PATH` of each repository.
      template: the template of the names.
      statements: elements of `EvidenceInfo.statements`.

    Returns:
      DefaultInfo. No action depends on an image, except that a run needs its files.
    """
    local = command == "load" or ctx.attr._push_layers[PushLayersInfo].local
    planned = plan(ctx, command, images, repositories, template, local, statements)
    file = ctx.actions.declare_file(ctx.label.name + ".plan.json")
    ctx.actions.write(file, planned.text)
    started = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = started, target_file = ctx.executable._image_push, is_executable = True)
    image_push = ctx.attr._image_push[0] if type(ctx.attr._image_push) == "list" else ctx.attr._image_push
    return DefaultInfo(
        executable = started,
        files = depset([started, file]),
        runfiles = ctx.runfiles(files = [file]).merge_all([planned.runfiles, image_push[DefaultInfo].default_runfiles]),
    )
