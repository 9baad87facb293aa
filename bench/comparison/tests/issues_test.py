"""Tests of issues.py."""

import shutil
import unittest

import issues


def issue(**record):
    return {"releases": {"bookworm": record, "trixie": {"status": "open"}}}


DOCUMENT = {
    "openssl": {
        "CVE-2026-0001": issue(status="open", urgency="low"),
        "CVE-2026-0002": issue(status="resolved", fixed_version="3.0.22-1", urgency="high"),
        "CVE-2026-0003": issue(status="resolved", fixed_version="3.0.20-1", urgency="high"),
        "CVE-2026-0004": issue(status="resolved", fixed_version="0", urgency="high"),
        "CVE-2026-0005": issue(status="open", urgency="unimportant"),
        "CVE-2026-0006": {"releases": {"trixie": {"status": "open"}}},
    },
    "absent": {"CVE-2026-0007": issue(status="open")},
}


@unittest.skipUnless(shutil.which("dpkg"), "dpkg compares versions")
class Issues(unittest.TestCase):
    def count(self, version):
        packages = {"libssl3": ("openssl", version), "openssl": ("openssl", version)}
        return issues.open_issues(DOCUMENT, packages, "bookworm")

    def test_open_issues_and_those_that_are_fixed_in_a_newer_version(self):
        self.assertEqual(self.count("3.0.20-1"), ({"CVE-2026-0001", "CVE-2026-0002"}, {"CVE-2026-0005"}))

    def test_a_fixed_version_has_fewer(self):
        self.assertEqual(self.count("3.0.22-1~deb12u2")[0], {"CVE-2026-0001", "CVE-2026-0002"})
        self.assertEqual(self.count("3.0.22-1")[0], {"CVE-2026-0001"})

    def test_an_image_without_packages_has_none(self):
        self.assertEqual(issues.count(DOCUMENT, {}, "bookworm"), {"open": 0, "unimportant": 0})


if __name__ == "__main__":
    unittest.main()
