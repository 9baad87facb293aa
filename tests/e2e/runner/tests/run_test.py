"""Tests of run.py and sample.py: a setting that would remove files or test less is refused."""

import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import run
import sample
import steps


class Settings(unittest.TestCase):
    def test_all_steps_use_a_new_directory(self):
        with tempfile.TemporaryDirectory() as directory:
            with mock.patch.dict(os.environ, {"CI_SCRATCH": directory}):
                with self.assertRaisesRegex(steps.Refused, "CI_SCRATCH is set, .*\nhint: unset it, or name steps with `--keep`"):
                    run.all_steps([], False, None)
            self.assertTrue(os.path.isdir(directory))

    def test_the_sample(self):
        self.assertEqual(sample.chosen(False, None, "0006"), "3")
        self.assertEqual(sample.chosen(False, "1", "0006"), "1")
        self.assertEqual(sample.chosen(False, "all", "0006"), "all")
        self.assertEqual(sample.chosen(True, "1", "0006"), "all")
        with self.assertRaisesRegex(steps.Refused, "CI_SAMPLE `7`: expected one of all, 1, 2, 3, 4"):
            sample.chosen(False, "7", "0006")


if __name__ == "__main__":
    unittest.main()
