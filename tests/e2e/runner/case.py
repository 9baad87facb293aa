"""A case: a directory with steps, the programs and files that they share, and `case.toml`, if Bazel runs elsewhere than
in the copy of the checkout:

    directory = "$CI_SCRATCH/user"              where commands and Bazel run
    startup = ["--output_base=…"]               options of Bazel before the command
    options = ["--lockfile_mode=off"]           options after it
    modules = "$CI_SCRATCH/modules"             each directory there replaces the module of its name
    environment = {"BAZELW_MODULE_FILES": "…"}  variables of ./bazelw
"""

import pathlib
import string
import tomllib

COMMANDS = pathlib.Path(__file__).resolve().parent.parent / "commands"


def settings(case, variables):
    """The settings of the case in the directory `case`, with the values of variables."""
    file = pathlib.Path(case) / "case.toml"
    values = tomllib.loads(file.read_text()) if file.exists() else {}
    return _expanded({"directory": "$WORKSPACE", "startup": [], "options": [], "environment": {}} | values, variables)


def _expanded(value, variables):
    if isinstance(value, dict):
        return {key: _expanded(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_expanded(item, variables) for item in value]
    return string.Template(value).substitute(variables)


def directory(step, variables):
    """The directory where the commands of a step run; it is made."""
    path = pathlib.Path(settings(step.file.parent, variables)["directory"])
    path.mkdir(parents=True, exist_ok=True)
    return path


def environment(step, variables):
    """The variables of the commands of a step; programs of the case and of all cases are on PATH."""
    case = step.file.parent
    path = f"{case}:{COMMANDS}:{variables['PATH']}"
    return variables | {"E2E_CASE": str(case), "E2E_STEP": step.name, "PATH": path}
