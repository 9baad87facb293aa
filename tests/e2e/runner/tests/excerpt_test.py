"""Tests of excerpt.py: the report of a failed step names first what failed."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import excerpt

PASSED = [f"//a:test_{number}  PASSED in 0.1s" for number in range(200)]
TEST = [
    "FAIL: //a:b (see /tmp/test.log)",
    "INFO: From Testing //a:b:",
    "==================== Test output for //a:b:",
    *[f"line {number}" for number in range(30)],
    "=" * 80,
]


class Lines(unittest.TestCase):
    def test_a_test_that_failed_long_before_the_end(self):
        output = [*TEST, *PASSED, "//a:b  FAILED in 1.0s", "Executed 201 out of 201 tests", "not so: step.md:6: exit code 3"]
        self.assertEqual(
            excerpt.lines("\n".join(output)),
            [
                "FAIL: //a:b (see /tmp/test.log)",
                "//a:b  FAILED in 1.0s",
                "not so: step.md:6: exit code 3",
                "==================== Test output for //a:b:",
                *[f"line {number}" for number in range(18, 30)],
                "...",
                *output[-excerpt.TAIL :],
            ],
        )

    def test_short_output_is_shown_whole(self):
        self.assertEqual(excerpt.lines("$ false\nnot so: a.md:1: b\n"), ["not so: a.md:1: b", "$ false", "not so: a.md:1: b"])
        self.assertEqual(excerpt.lines("$ sleep 100\n"), ["$ sleep 100"])

    def test_names_are_limited(self):
        output = [f"ERROR: {number}" for number in range(300)]
        self.assertEqual(excerpt.lines("\n".join(output))[: excerpt.NAMED + 1], [*output[: excerpt.NAMED], "..."])


if __name__ == "__main__":
    unittest.main()
