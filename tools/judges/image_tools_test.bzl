"""Tests by `image_test` that need a judge: a scanner, or an emulator for commands."""

load("//tools/judges:command.bzl", "ROOT", "emulated_tags", "judge", "judge_command", "platform_name")

def image_commands_test(name, image, architecture, configs, tags = []):
    """Runs the commands of container-structure-test's files in an image, under qemu where this machine is another.

    Args:
      name: the test's name.
      image: the image.
      architecture: what it is for, in OCI's spelling.
      configs: the files.
      tags: the test's tags; it has `commands` besides.
    """
    command, options = _command(image, architecture)
    options += ["--config=" + command.path(file) for file in configs]
    judge(name, "tested", command, options, size = "medium", tags = tags + ROOT + ["commands"] + emulated_tags(name, architecture))

def image_packages_test(name, image, architecture, declared, tags = []):
    """Has syft find the packages of an image: all of them, and nothing that is neither one nor declared.

    Args:
      name: the test's name.
      image: the image.
      architecture: what it is for, in OCI's spelling.
      declared: files of what is declared of the image.
      tags: the test's tags; it has `scanner` besides.
    """
    command, options = _command(image, architecture)
    options.append("--scanner=syft")
    options += ["--declared=" + command.path(file) for file in declared]
    judge(name, "tested", command, options, size = "medium", tags = tags + ["scanner"])

def _command(image, architecture):
    command = judge_command()
    return command, [
        "--image-test=" + command.path("//tools/image_test"),
        "--image=" + command.path(image),
        "--platform=" + platform_name(architecture),
    ]
