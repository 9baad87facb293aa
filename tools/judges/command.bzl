"""What the macros of tests have in common: a command line of the judges program and the files that it names."""

load("//rules:architectures.bzl", "architectures")
load("//tools/judges:judge_test.bzl", "judge_test")

# Files with their owners, and containers, are for root, outside a sandbox.
ROOT = ["no-sandbox"]

def judge_command():
    """A command line and the files that it names: `path(label)` is what to write for a file, `data` are all of them."""
    data = {}

    def path(label):
        data[label] = None
        return "$(rootpath %s)" % label

    return struct(data = data, path = path)

def judge(name, theme, command, options, **kwargs):
    """A test: one run of a theme.

    Args:
      name: the test's name.
      theme: the theme of the judges program.
      command: the `judge_command()` that knows the files.
      options: the options of the theme.
      **kwargs: what else a test takes.
    """
    judge_test(
        name = name,
        args = [theme] + options,
        data = command.data.keys(),
        **kwargs
    )

def platform_name(architecture):
    """`linux/arm64/v8` for `arm64`."""
    parts = ["linux", architecture, architectures.variant(architecture)]
    return "/".join([part for part in parts if part])
