"""The base of all tests: the modules of the release on the path of Python, and an empty directory."""

import pathlib
import sys
import tempfile
import unittest

RELEASE = pathlib.Path(__file__).resolve().parents[1]
ROOT = RELEASE.parents[1]

sys.dont_write_bytecode = True
sys.path.insert(0, str(RELEASE))

from refused import Refused  # noqa: E402


class Case(unittest.TestCase):
    """A test with an empty directory."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = pathlib.Path(scratch.name)

    def refusal(self, function, *arguments):
        """The message of a refusal."""
        with self.assertRaises(Refused) as caught:
            function(*arguments)
        return caught.exception.message
