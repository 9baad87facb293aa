"""The lines of a failed step that the report shows."""

import re

# The number of lines from the end of the output, and from the end of the output of a test that failed.
TAIL = 120
TAIL_OF_A_TEST = 12

# The report shows at most so many lines of the difference, so many names, and so many tests.
DIFFERENCE = 20
NAMED = 20
TESTS = 5

# Bazel's lines about targets and tests that failed.
_FAILURE = re.compile(r"ERROR: |(FAIL|TIMEOUT): //|//\S+ +(FAILED|TIMEOUT|NO STATUS)")

# Bazel prints the output of a test that failed between these lines, long before the other tests end.
_TEST_BEGINS = re.compile(r"={20} Test output for //")
_TEST_ENDS = "=" * 80


def lines(output):
    """The lines to show: why the step ended, what failed, the ends of the tests that failed, and the end of everything.
    A reader who sees only the first lines knows what failed."""
    output = output.splitlines()
    first = _difference(output) + _named(output)
    if len(output) <= TAIL:
        return first + output
    return [*first, *_tests(output), "...", *output[-TAIL:]]


def _difference(output):
    """What session.py printed about the command that ended the step."""
    places = [place for place, line in enumerate(output) if line.startswith("not so: ")]
    return output[places[-1] :][:DIFFERENCE] if places else []


def _named(output):
    """The last names: commands that failed as expected were earlier."""
    return list(dict.fromkeys(line for line in output if _FAILURE.match(line)))[-NAMED:]


def _tests(output):
    """The last lines of each test that failed, after the line with its name."""
    tests, inside = [], False
    for line in output:
        if _TEST_BEGINS.match(line):
            tests.append([line])
            inside = True
        elif line == _TEST_ENDS:
            inside = False
        elif inside:
            tests[-1].append(line)
    return [line for test in tests[-TESTS:] for line in test[:1] + test[1:][-TAIL_OF_A_TEST:]]
