"""Tests with `image_test` that need a tool of another project: a scanner, or an emulator for commands."""

load("//tests/conformance:command.bzl", "ROOT", "command_line", "emulated_tags", "platform_name", "theme_test")

def image_commands_test(name, image, architecture, configs, tags = []):
    """Runs the commands in files of container-structure-test in an image.

    They run under qemu if this machine has another architecture.

    Args:
      name: the test's name.
      image: the image.
      architecture: the OCI architecture name of the image.
      configs: files of container-structure-test.
      tags: tags of the test, in addition to `commands`.
    """
    command, options = _command(image, architecture)
    options += ["--config=" + command.path(file) for file in configs]
    theme_test(name, "tested", command, options, size = "medium", tags = tags + ROOT + ["commands"] + emulated_tags(name, architecture))

def image_packages_test(name, image, architecture, declared, tags = []):
    """Checks that syft finds all packages of an image, and no other component that is not declared.

    Args:
      name: the test's name.
      image: the image.
      architecture: the OCI architecture name of the image.
      declared: files with declared exceptions of the image.
      tags: tags of the test, in addition to `scanner`.
    """
    command, options = _command(image, architecture)
    options.append("--scanner=syft")
    options += ["--declared=" + command.path(file) for file in declared]
    theme_test(name, "tested", command, options, size = "medium", tags = tags + ["scanner"])

def _command(image, architecture):
    command = command_line()
    return command, [
        "--image-test=" + command.path("//tools/image_test"),
        "--image=" + command.path(image),
        "--platform=" + platform_name(architecture),
    ]
