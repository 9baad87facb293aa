"""Tests of excerpt.py: the report of a failed step names first what failed."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import excerpt

PASSED = [f"//a:test_{number}  PASSED in 0.1s" for number in range(200)]
LOG = [f"line {number}" for number in range(30)]
BEGIN = "==================== Test output for //a:b:"
END = "=" * 80
WHY = ["not so: step.md:6: expected that the output begins with:", "  all passed"]


def shown(*output):
    return excerpt.lines("\n".join(output))


class Lines(unittest.TestCase):
    def test_a_test_that_failed_long_before_the_end(self):
        output = ["FAIL: //a:b (see /tmp/test.log)", BEGIN, *LOG, "=" * 70, END, *PASSED, "//a:b  FAILED in 1.0s", *WHY]
        self.assertEqual(
            shown(*output),
            [
                *WHY,
                "FAIL: //a:b (see /tmp/test.log)",
                "//a:b  FAILED in 1.0s",
                BEGIN,
                *LOG[-11:],
                "=" * 70,
                "...",
                *output[-excerpt.TAIL :],
            ],
        )

    def test_the_output_of_a_test_without_an_end(self):
        output = [*PASSED, BEGIN, *LOG]
        self.assertEqual(shown(*output), [BEGIN, *LOG[-12:], "...", *output[-excerpt.TAIL :]])
        output = [BEGIN, *LOG, END, *PASSED[: excerpt.TAIL - 1]]
        self.assertEqual(shown(*output)[:13], [BEGIN, *LOG[-12:]])

    def test_short_output_is_shown_whole(self):
        self.assertEqual(shown("$ false", *WHY), [*WHY, "$ false", *WHY])
        self.assertEqual(shown("$ sleep 100"), ["$ sleep 100"])

    def test_the_last_names_and_tests_are_shown(self):
        errors = [f"ERROR: {number}" for number in range(300)]
        self.assertEqual(shown(*errors)[: excerpt.NAMED + 1], [*errors[-excerpt.NAMED :], "..."])
        tests = [f"==================== Test output for //a:{number}:" for number in range(300)]
        self.assertEqual(shown(*tests)[: excerpt.TESTS + 1], [*tests[-excerpt.TESTS :], "..."])


if __name__ == "__main__":
    unittest.main()
