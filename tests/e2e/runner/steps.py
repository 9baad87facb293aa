"""The table of steps, `tests/e2e/steps.txt`."""

import dataclasses
import pathlib

CASES = pathlib.Path(__file__).resolve().parent.parent
CHECKOUT = CASES.parent.parent


class Refused(Exception):
    """The check cannot run; the message is for the user."""


@dataclasses.dataclass(frozen=True)
class Step:
    name: str
    # The file with its commands, in the directory of its case.
    file: pathlib.Path
    minutes: int
    # Only the first of the samples runs it (sample.py).
    sampled: bool


def table():
    """The steps in their order. Each has a file, and each file is a step."""
    rows = [line.split() for line in (CASES / "steps.txt").read_text().splitlines() if line and line[0] != "#"]
    found = [Step(row[0].split("/")[1], CASES / f"{row[0]}.md", int(row[1]), row[2:] == ["sampled"]) for row in rows]
    files = set(CASES.glob("*/*.md"))
    for step in found:
        if step.file not in files:
            raise Refused(f"cannot run step `{step.name}`: there is no {step.file.relative_to(CHECKOUT)}")
    for file in sorted(files - {step.file for step in found}):
        raise Refused(f"cannot run {file.relative_to(CHECKOUT)}: it has no line in tests/e2e/steps.txt")
    return found


def named(steps, name):
    for step in steps:
        if step.name == name:
            return step
    raise Refused(f"cannot run step `{name}`: unknown step\nhint: `.ci/run --list` lists the steps")
