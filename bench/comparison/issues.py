"""Counts the open issues of an image in a document of Debian's security tracker, for every image by the same rule.

An issue is open in an image if the tracker lists it for a source package of the image and for the release, and the status is
`open`, or the fixed version is newer than that of the image. Issues that the tracker calls `unimportant` are counted
separately: Debian does not fix them.
"""

import subprocess


def older(version, fixed):
    """Whether dpkg regards a version as older than another."""
    return subprocess.run(["dpkg", "--compare-versions", version, "lt", fixed]).returncode == 0


def open_issues(document, packages, release):
    """The names of the open issues, and of the unimportant ones. `packages`: name to (source, version of the source)."""
    found, unimportant = set(), set()
    for source, version in sorted(set(packages.values())):
        for name, issue in document.get(source, {}).items():
            record = issue.get("releases", {}).get(release)
            if not record or not name.startswith(("CVE-", "TEMP-")):
                continue
            fixed = record.get("fixed_version")
            is_open = record["status"] == "open" or (
                record["status"] == "resolved" and fixed not in (None, "0") and older(version, fixed)
            )
            if is_open:
                (unimportant if record.get("urgency") == "unimportant" else found).add(name)
    return found, unimportant


def count(document, packages, release):
    found, unimportant = open_issues(document, packages, release)
    return {"open": len(found), "unimportant": len(unimportant)}
