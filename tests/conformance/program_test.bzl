"""program_test: runs programs of an image and checks their output."""

load("//tests/conformance:command.bzl", "ROOT", "command_line", "emulated_tags", "platform_name", "theme_test")

def program_test(name, image, cases, architecture = "amd64", size = "medium", **kwargs):
    """Runs programs of an image under runc.

    Programs for another architecture run under qemu, where they cannot start other programs.

    Args:
      name: the test's name.
      image: the image.
      cases: a JSON file or a list of JSON files, in the format that `conformance programs --help` describes.
      architecture: the OCI architecture name of the image.
      size: the size of the test.
      **kwargs: common attributes of tests.
    """
    command = command_line()
    options = ["--image=" + command.path(image), "--platform=" + platform_name(architecture)]
    for file in cases if type(cases) == "list" else [cases]:
        options.append("--cases=" + command.path(file))
    theme_test(
        name,
        "programs",
        command,
        options,
        size = size,
        tags = ROOT + emulated_tags(name, architecture),
        target_compatible_with = ["@platforms//os:linux"],
        **kwargs
    )
