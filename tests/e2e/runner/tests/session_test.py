"""Tests of session.py: a step ends at the first command that differs."""

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import session
import steps


class Output(io.StringIO):
    """Standard output with the buffer that session.py writes to."""

    @property
    def buffer(self):
        return self

    def write(self, text):
        return super().write(text if isinstance(text, str) else text.decode())


def run(case):
    """The exit code and the output of a step with these commands."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "step.md")
        file.write_text(f"```console\n{case}```\n")
        step = steps.Step("step", file, 1, False)
        variables = os.environ | {"WORKSPACE": directory, "CI_SCRATCH": directory}
        with contextlib.redirect_stdout(Output()) as output:
            code = session.run(step, variables)
        return code, output.getvalue()


class Session(unittest.TestCase):
    def test_a_step_that_passes(self):
        case = "$ word=b\n$ printf a; echo $word >&2\nab\n$ (exit 3)\n? 3\n$ f() { false | true; }\n$ f\n? failed\n"
        self.assertEqual(run(case)[0], 0)

    def test_wrong_output(self):
        code, output = run("$ echo a\nb\n$ echo later\nlater\n")
        self.assertEqual(code, 1)
        self.assertIn("not so: step.md:2: expected that the output begins with:\n  b\n", output)
        self.assertNotIn("echo later", output)

    def test_wrong_exit_code(self):
        self.assertIn("not so: step.md:2: exit code 1, expected 0", run("$ false\n")[1])
        self.assertIn("not so: step.md:2: exit code 0, expected failed", run("$ true\n? failed\n")[1])

    def test_a_crash_is_no_message(self):
        self.assertIn("not so: step.md:2: a program crashed", run("$ echo panicked; false\n? 1\n...\n")[1])

    def test_an_unset_variable_ends_the_step(self):
        self.assertIn("not so: step.md:2: this command ended bash", run("$ echo $NOT_SET_HERE\n? failed\n...\n")[1])

    def test_a_skipped_step(self):
        code, output = run("$ exit_77() { return 77; }\n$ exit_77\n$ false\n")
        self.assertEqual(code, session.SKIPPED)
        self.assertNotIn("$ false", output)

    def test_cleaning_up_after_a_difference(self):
        self.assertIn("cleaned up", run("$ trap 'echo cleaned up' EXIT\n$ false\n")[1])


if __name__ == "__main__":
    unittest.main()
