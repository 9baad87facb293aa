"""Tests of console.py: wrong output must not pass."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import console

CASE = """
# Text

```console
$ one
> two
? failed
output
> of it
$ three
```

```starlark
$ not a command
```
"""


class Commands(unittest.TestCase):
    def test_commands_of_console_blocks(self):
        one, three = console.commands(CASE)
        self.assertEqual((one.line, one.text, one.status), (5, "one\ntwo", "failed"))
        self.assertEqual(one.output, ["output", "> of it"])
        self.assertEqual((three.line, three.text, three.status, three.output), (10, "three", "0", []))

    def test_output_without_a_command(self):
        with self.assertRaisesRegex(ValueError, "line 2: output before the first command"):
            console.commands("```console\noutput\n```")


class Difference(unittest.TestCase):
    def check(self, expected, found, wrong):
        difference = console.difference(expected.split("|"), found.split("|"))
        (self.assertIsNotNone if wrong else self.assertIsNone)(difference, f"{expected} {found}")

    def test_equal_output(self):
        for expected, found in [
            ("a", "a"),
            ("a|...", "a"),
            ("...|b", "a|b"),
            ("...|b|...", "a|b|c"),
            ("...|a|b|...|c", "a|x|a|b|c|c"),
            ("x[..]y", "x and y"),
            ("[..]b", "b"),
            ("a*(b", "a*(b"),
        ]:
            self.check(expected, found, wrong=False)
        self.assertIsNone(console.difference([], []))
        self.assertIsNone(console.difference(["..."], []))

    def test_other_output(self):
        for expected, found in [
            ("a", "b"),
            ("a", "a|b"),
            ("a|b", "a"),
            ("...|b", "b|a"),
            ("a|...|a", "a"),
            ("...|b|...|a|...", "a|b"),
            ("...|a|b|...", "a|x|b"),
            ("x[..]y", "xyz"),
            ("[..]", "a|b"),
            ("a.c", "abc"),
        ]:
            self.check(expected, found, wrong=True)
        self.assertEqual(console.difference([], ["a"]), "unexpected output: a")

    def test_status(self):
        self.assertIsNone(console.status_difference("failed", 3))
        self.assertIsNone(console.status_difference("3", 3))
        self.assertEqual(console.status_difference("0", 3), "exit code 3, expected 0")
        self.assertEqual(console.status_difference("failed", 0), "exit code 0, expected failed")


if __name__ == "__main__":
    unittest.main()
