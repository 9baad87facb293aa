"""What the macros of tests have in common: a command line of the judges program and the files that it names."""

load("//rules:architectures.bzl", "architectures")
load("//tools/judges:judge_test.bzl", "judge_test")

# Creating files with other owners and starting containers need root, outside a sandbox.
ROOT = ["no-sandbox"]

# The architecture of the machines that usually run the tests: its programs need no emulator.
_NATIVE = "amd64"

# The number of parts that slow tests are divided into; keep it equal to the number in `.ci/parts/sample.sh`.
_SAMPLES = 4

def sample_tag(name):
    """One of the tags `sample-1` to `sample-4`: the part of slow tests that a test is in depends on nothing but its name.

    A run that leaves out three of the parts by their tags has a sample of them.

    Args:
      name: the test's name.

    Returns:
      The tag.
    """
    return "sample-%d" % (hash(name) % _SAMPLES + 1)

def emulated_tags(name, architecture):
    """Tags of a test that runs programs of an image: `emulated`, and one of `sample-1` to `sample-4`, where they are emulated on amd64.

    Emulated tests take longest.

    Args:
      name: the test's name.
      architecture: what the image is for, in OCI's spelling.

    Returns:
      A list of tags, empty for amd64.
    """
    return [] if architecture == _NATIVE else ["emulated", sample_tag(name)]

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
