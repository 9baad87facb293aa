"""The command line of Bazel in a case."""

import os
import pathlib
import sys

import case

# Output that goes to a log, not to a terminal.
QUIET = ["--curses=no", "--color=no", "--noshow_progress"]

# The case of steps in the copy of the checkout, which has no settings.
CHECKOUT = pathlib.Path("/nonexistent")


def replace_process(case_directory, arguments):
    """Replaces this process by ./bazelw: `[STARTUP_OPTION…] COMMAND [OPTION…]`."""
    settings = case.settings(case_directory, os.environ)
    startup = arguments[: _command(arguments)]
    command, *options = arguments[len(startup) :]
    modules = sorted(pathlib.Path(settings["modules"]).glob("*")) if "modules" in settings else []
    added = QUIET + settings["options"] + [f"--override_module={module.name}={module}" for module in modules]
    if command == "shutdown":
        added = []
    environment = os.environ | settings["environment"]
    if "BAZELW_MODULE_FILES" in settings["environment"]:
        files = [environment["BAZELW_MODULE_FILES"], *(str(module / "MODULE.bazel") for module in modules)]
        environment["BAZELW_MODULE_FILES"] = " ".join(files)
    os.chdir(settings["directory"])
    program = os.environ["WORKSPACE"] + "/bazelw"
    sys.stdout.flush()
    os.execve(program, [program, *settings["startup"], *startup, command, *added, *options], environment)


def _command(arguments):
    """The place of the first word that is no option."""
    return next((place for place, word in enumerate(arguments) if not word.startswith("-")), len(arguments))
