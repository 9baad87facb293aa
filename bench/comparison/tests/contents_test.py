"""Tests of contents.py."""

import pathlib
import tempfile
import unittest

import contents
import fixtures

STATUS = """Package: libssl3
Status: install ok installed
Source: openssl
Version: 3.0.22-1
Description: text
 Package: not this

Package: removed
Status: deinstall ok config-files
Version: 1

Package: rebuilt
Status: install ok installed
Source: origin (1.0-2)
Version: 1.0-2+b1
"""


class Contents(unittest.TestCase):
    def count(self, *layers):
        with tempfile.TemporaryDirectory() as directory:
            image = fixtures.image(pathlib.Path(directory), *layers)
            self.entries = contents.root(image.layers())
        return contents.count(self.entries)

    def test_the_merged_root_is_counted(self):
        found = self.count(
            {"./usr/bin": None, "./usr/bin/su 4755": "12345", "./usr/bin/sh": ("link", "bash"), "./usr/bin/bash 755": "123"},
            {"usr/bin/perl 755": "1", "usr/bin/perl5.36": ("hard", "usr/bin/perl"), "usr/share/sh 755": "1", "bin/apt-get 755": "1"},
        )
        self.assertEqual(
            found,
            {
                "unpacked_bytes": 11,
                "files": 5,
                "programs": 4,
                "setuid": 1,
                "packages": 0,
                "shells": ["bash", "sh"],
                "interpreters": ["perl"],
                "package_managers": ["apt-get"],
            },
        )

    def test_upper_layers_replace_and_hide(self):
        found = self.count(
            {"etc/a": "1", "etc/b": "12", "var/x/c": "123", "var/x/d": "1"},
            {"etc/a": "1234", "etc/.wh.b": "", "var/x/.wh..wh..opq": ""},
            {"var/x/e": "12"},
        )
        self.assertEqual(sorted(self.entries), ["etc/a", "var/x/e"])
        self.assertEqual(found["unpacked_bytes"], 6)

    def test_packages_of_dpkg_have_their_sources(self):
        self.count({"var/lib/dpkg/status": STATUS})
        self.assertEqual(contents.packages(self.entries), {"libssl3": ("openssl", "3.0.22-1"), "rebuilt": ("origin", "1.0-2")})

    def test_packages_of_distroless_images(self):
        self.count({"var/lib/dpkg/status.d/netbase": "Package: netbase\nVersion: 6.4\n", "var/lib/dpkg/status.d/netbase.md5sums": "Package: no\n"})
        self.assertEqual(contents.packages(self.entries), {"netbase": ("netbase", "6.4")})

    def test_packages_of_alpine(self):
        self.count({"lib/apk/db/installed": "C:Q1\nP:libcrypto3\nV:3.3.2-r0\no:openssl\nF:lib\n\nP:musl\nV:1.2\n\n"})
        self.assertEqual(contents.packages(self.entries), {"libcrypto3": ("openssl", "3.3.2-r0"), "musl": ("musl", "1.2")})


if __name__ == "__main__":
    unittest.main()
