"""Tests of peers.py."""

import pathlib
import tarfile
import tempfile
import unittest

import fixtures
import peers

SOURCES = """Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


def names(file):
    with tarfile.open(file) as archive:
        return [member.name for member in archive]


class Peers(unittest.TestCase):
    def setUp(self):
        self.made = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self.made.name)
        self.addCleanup(self.made.cleanup)

    def test_the_sources_of_the_point_release(self):
        expected = "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n"
        self.assertEqual(peers.release_only(SOURCES, "bookworm"), expected)

    def test_slim_has_no_documentation_but_its_copyright_files(self):
        paths = ["./usr/share/doc/a/copyright", "./usr/share/locale/locale.alias", "./usr/bin/a"]
        removed = ["./usr/share/doc/a/changelog.gz", "./usr/share/man/man1/a.1.gz", "./usr/share/locale/de/a.mo"]
        complete = fixtures.archive(self.directory / "complete.tar", dict.fromkeys(paths + removed, "1"))
        peers.slim(complete, self.directory / "slim.tar")
        self.assertEqual(names(self.directory / "slim.tar"), paths)

    def test_a_layer_has_what_differs(self):
        old = fixtures.archive(self.directory / "old.tar", {"same": "1", "changed": "1", "mode": "1", "link": ("link", "a")})
        new = fixtures.archive(self.directory / "new.tar", {"same": "1", "changed": "2", "mode 755": "1", "link": ("link", "b"), "added": "1"})
        peers.difference(old, new, self.directory / "layer.tar")
        self.assertEqual(names(self.directory / "layer.tar"), ["changed", "mode", "link", "added"])


if __name__ == "__main__":
    unittest.main()
