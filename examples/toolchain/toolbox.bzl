"""An action that runs programs of an image with `//tools/toolbox`."""

load("//tools/toolchain:host_tools.bzl", "host_tools")

TOOLBOX_ATTRS = {
    "_toolbox": attr.label(default = "//tools/toolbox", executable = True, cfg = host_tools),
}

def run_toolbox(ctx, mnemonic, image, commands, inputs, output, env = {}, options = []):
    """Runs programs of an image that write one file.

    Args:
      ctx: the context of a rule with TOOLBOX_ATTRS.
      mnemonic: the mnemonic of the action.
      image: the layout directory of the image.
      commands: lists of strings: the path of a program in the image, and its arguments.
      inputs: the files that the programs read.
      output: the file that the programs write; `{output}` in their arguments.
      env: the environment variables of the programs.
      options: further options of the toolbox.
    """
    args = ctx.actions.args()
    args.add_all([image], before_each = "--image", expand_directories = False)
    args.add_all(options)
    args.add_all(["%s=%s" % pair for pair in env.items()], before_each = "--env")
    args.add("--output", output)
    for number, words in enumerate(commands):
        args.add("--then" if number else "--")
        args.add_all(words)
    ctx.actions.run(
        executable = ctx.executable._toolbox,
        arguments = [args],
        inputs = depset([image] + inputs),
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = "Compiling %{label}",
    )
