"""writer_run: a test or a command of `evidence_writer`."""

load("//rules/private:argument.bzl", "argument")

# The variable with the tool's arguments: an executable cannot have arguments, and `args` is for users.
_VARIABLE = "EVIDENCE_WRITER_FLAGS"

def writer_run(ctx, program, arguments, files):
    """The program under the name of the target.

    Args:
      ctx: the context of the rule.
      program: the executable File of `evidence_writer`.
      arguments: list of strings. Paths are `short_path`. Those of the command line follow.
      files: list of File that the arguments name.

    Returns:
      The providers of an executable rule.
    """
    started = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = started, target_file = program, is_executable = True)
    parameters = ctx.actions.declare_file(ctx.label.name + ".arguments")
    ctx.actions.write(parameters, "".join([argument(one) + "\n" for one in arguments]))
    return [
        DefaultInfo(
            executable = started,
            runfiles = ctx.runfiles(files = [parameters, program] + files),
        ),
        RunEnvironmentInfo(environment = {_VARIABLE: parameters.short_path}),
    ]
