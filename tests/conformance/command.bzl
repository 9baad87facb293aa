"""The common part of the test macros: a command line of //tools/conformance, and the files that it names."""

load("//rules:architectures.bzl", "architectures")
load("//tests/conformance:conformance_test.bzl", "conformance_test")

# Creating files with other owners and starting containers need root, outside a sandbox.
ROOT = ["no-sandbox"]

# The architecture of the machines that usually run the tests: its programs need no emulator.
_NATIVE = "amd64"

# The number of parts that slow tests are divided into; keep it equal to the number in `tests/e2e/runner/sample.py`.
_SAMPLES = 4

def sample_tag(name):
    """One of the tags `sample-1` to `sample-4`, which divide slow tests into parts.

    The tag depends only on the name of the test.

    A run that excludes three of the tags runs a sample of the slow tests.

    Args:
      name: the test's name.

    Returns:
      The tag.
    """
    return "sample-%d" % (hash(name) % _SAMPLES + 1)

def emulated_tags(name, architecture):
    """Tags of a test that runs programs of an image: `emulated` and a sample tag, if amd64 must emulate the programs.

    Emulated tests are the slowest ones.

    Args:
      name: the test's name.
      architecture: the OCI architecture name of the image.

    Returns:
      A list of tags; it is empty for amd64.
    """
    return [] if architecture == _NATIVE else ["emulated", sample_tag(name)]

def command_line():
    """Collects the files of a command line: `path(label)` returns the text for a file, `data` contains all files."""
    data = {}

    def path(label):
        data[label] = None
        return "$(rootpath %s)" % label

    return struct(data = data, path = path)

def theme_test(name, theme, command, options, **kwargs):
    """Declares a test: one run of a theme.

    Args:
      name: the test's name.
      theme: the theme of //tools/conformance.
      command: the `command_line()` with the files.
      options: the options of the theme.
      **kwargs: common attributes of tests.
    """
    conformance_test(
        name = name,
        args = [theme] + options,
        data = command.data.keys(),
        **kwargs
    )

def platform_name(architecture):
    """The OCI platform of an architecture: `linux/arm64/v8` for `arm64`."""
    parts = ["linux", architecture, architectures.variant(architecture)]
    return "/".join([part for part in parts if part])
