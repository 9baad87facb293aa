"""The lines of a failed step that the report shows."""

import re

# The end of the output, and the end of the output of one test that failed.
TAIL = 120
TAIL_OF_A_TEST = 12

# At most so many lines name what failed.
NAMED = 20

# What names a failure: the difference that ended the step, and Bazel's lines about targets and tests.
_FAILURE = re.compile(r"not so: |ERROR: |(FAIL|TIMEOUT): //|//\S+ +(FAILED|TIMEOUT|NO STATUS)")

# Bazel prints the output of a test that failed between these lines, long before the other tests end.
_TEST_BEGINS = re.compile(r"=+ Test output for //")
_TEST_ENDS = re.compile(r"=+")


def lines(output):
    """The lines to show: what failed first, the ends of the tests that failed, and the end of everything. A reader who
    sees only the first lines knows what failed."""
    output = output.splitlines()
    named = list(dict.fromkeys(line for line in output if _FAILURE.match(line)))[:NAMED]
    if len(output) <= TAIL:
        return named + output
    return named + _tests(output[:-TAIL]) + ["..."] + output[-TAIL:]


def _tests(output):
    """The last lines of each test that failed, each after the line with its name."""
    found, test = [], None
    for line in output:
        if _TEST_BEGINS.match(line):
            test = [line]
        elif test and _TEST_ENDS.fullmatch(line):
            found += test[:1] + test[1:][-TAIL_OF_A_TEST:]
            test = None
        elif test:
            test.append(line)
    return found
