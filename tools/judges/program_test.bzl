"""program_test: programs of an image, run and asked what they say."""

load("//tools/judges:command.bzl", "ROOT", "emulated_tags", "judge", "judge_command", "platform_name")

def program_test(name, image, cases, architecture = "amd64", size = "medium", **kwargs):
    """Runs programs of an image under runc; those of another machine than this under qemu, which cannot let them start others.

    Args:
      name: the test's name.
      image: the image.
      cases: a JSON file, or a list of them: lists of objects, as `judges programs --help` says.
      architecture: what the image is for, in OCI's spelling.
      size: the test's size.
      **kwargs: what else a test takes.
    """
    command = judge_command()
    options = ["--image=" + command.path(image), "--platform=" + platform_name(architecture)]
    for file in cases if type(cases) == "list" else [cases]:
        options.append("--cases=" + command.path(file))
    judge(
        name,
        "programs",
        command,
        options,
        size = size,
        tags = ROOT + emulated_tags(name, architecture),
        target_compatible_with = ["@platforms//os:linux"],
        **kwargs
    )
