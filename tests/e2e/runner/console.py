"""Reads the commands of a step and compares their output, in the format of trycmd.

A block that begins with ```console has commands, each with what it prints:

    $ command, in bash
    > another line of it
    ? failed
    expected output, standard output and standard error together
    ...
    another line, with [..] for any text

`?` has the exit code, or `failed` for any but 0; without it, 0 is expected. `...` is any number of lines. A command
without output below it must print nothing.
"""

import dataclasses
import re


@dataclasses.dataclass
class Command:
    # The line number in the file, from 1.
    line: int
    text: str
    # A number, or `failed`.
    status: str
    output: list[str]


def commands(text):
    """The commands of all ```console blocks."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            inside = line == "```console"
        elif not inside:
            continue
        elif line.startswith("$ "):
            found.append(Command(number, line[2:], "0", []))
        elif not found:
            raise ValueError(f"line {number}: output before the first command")
        elif line.startswith("> ") and not found[-1].output:
            found[-1].text += "\n" + line[2:]
        elif line.startswith("? ") and not found[-1].output:
            found[-1].status = line[2:]
        else:
            found[-1].output.append(line)
    return found


def status_difference(expected, found):
    """What is wrong with an exit code, or None."""
    good = found != 0 if expected == "failed" else found == int(expected)
    return None if good else f"exit code {found}, expected {expected}"


def difference(expected, found):
    """The expected lines that the output lacks, in words, or None. Both are lists of lines."""
    parts = _parts(expected)
    place = _after(parts[0], found, 0, 0)
    if place is None:
        return _missing(parts[0], "the output begins with")
    if len(parts) == 1:
        return None if place == len(found) else f"unexpected output: {found[place]}"
    for part in parts[1:-1]:
        place = _after(part, found, place, len(found))
        if place is None:
            return _missing(part, "in this order, the output has")
    last = len(found) - len(parts[-1])
    if last < place or _after(parts[-1], found, last, last) is None:
        return _missing(parts[-1], "the output ends with")
    return None


def _parts(expected):
    """The runs of lines between the `...`."""
    parts = [[]]
    for line in expected:
        if line == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _after(part, found, first, last):
    """Where a run of lines that begins at `first` to `last` ends, or None."""
    patterns = [_pattern(line) for line in part]
    for start in range(first, min(last, len(found) - len(part)) + 1):
        if all(pattern.fullmatch(line) for pattern, line in zip(patterns, found[start:])):
            return start + len(part)
    return None


def _pattern(line):
    return re.compile(".*".join(re.escape(part) for part in line.split("[..]")))


def _missing(part, how):
    return "\n".join([f"expected that {how}:", *(f"  {line}" for line in part)])
