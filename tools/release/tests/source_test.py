import os
import subprocess
import unittest
from unittest import mock

from fixture import Case

import source
import tree

MODULE = 'module(\n    name = "distroless",\n    version = "0.1.0",\n)\n'
FILES = {
    ".gitattributes": "/left_out export-ignore\n",
    "MODULE.bazel": MODULE,
    "CHANGELOG.md": "## Unreleased\n\n- a\n",
    "left_out/file": "",
    "tools/Cargo.toml": '[workspace.package]\nversion = "0.1.0"\n',
}


class SourceTest(Case):
    def setUp(self):
        super().setUp()
        self.repository = self.directory / "repository"
        for path, text in FILES.items():
            (self.repository / path).parent.mkdir(parents=True, exist_ok=True)
            (self.repository / path).write_text(text)
        (self.repository / "program").write_text("#!/bin/sh\n")
        (self.repository / "program").chmod(0o700)
        (self.repository / "link").symlink_to("program")
        date = {"GIT_AUTHOR_DATE": "1000000000 +0000", "GIT_COMMITTER_DATE": "1000000000 +0000"}
        variables = mock.patch.dict(os.environ, {"GIT_CONFIG_GLOBAL": "/dev/null", **date})
        variables.start()
        self.addCleanup(variables.stop)
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=a")

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.repository, *arguments], check=True)

    def test_the_committed_files_with_the_new_version(self):
        found = source.committed(self.repository, "0.2.0", False)
        self.assertEqual(sorted(found.files), [".gitattributes", "CHANGELOG.md", "MODULE.bazel", "link", "program", "tools/Cargo.toml"])
        self.assertEqual(found.text("MODULE.bazel"), MODULE.replace("0.1.0", "0.2.0"))
        self.assertEqual(found.text("CHANGELOG.md"), "## 0.2.0 (2001-09-09)\n\n- a\n")
        self.assertEqual(found.time, "2001-09-09T01:46:40Z")
        self.assertEqual([found.files[path].mode for path in ["program", "MODULE.bazel"]], [0o755, 0o644])
        self.assertEqual(found.files["link"].target, "program")

    def test_changes_that_are_not_committed(self):
        (self.repository / "new").write_text("")
        message = self.refusal(source.committed, self.repository, "0.2.0", False)
        self.assertEqual(message, f"cannot release `{self.repository}`: files differ from the commit: `new`")
        self.assertIn("new", source.committed(self.repository, "0.2.0", True).files)
        self.assertIn(b"?? new", subprocess.run(["git", "-C", self.repository, "status", "--short"], check=True, capture_output=True).stdout)

    def test_a_text_that_is_not_in_utf_8(self):
        (self.repository / "page.md").write_bytes(b"\xff")
        message = self.refusal(source.committed, self.repository, "0.2.0", True)
        self.assertEqual(message, "cannot read `page.md`: the file is not in UTF-8")

    def test_a_directory_without_git(self):
        message = self.refusal(source.committed, self.directory, "0.2.0", False)
        self.assertEqual(message, f"cannot release `{self.directory}`: it is not a checkout of git")


class TreeTest(Case):
    def test_files_that_are_equal_keep_their_time(self):
        files = {"a/same": tree.File(b"1"), "a/new": tree.File(b"2"), "link": tree.File(target="a/same")}
        tree.write(files | {"a/old": tree.File(b"3")}, self.directory)
        os.utime(self.directory / "a/same", (1, 1))
        os.utime(self.directory / "a/new", (1, 1))
        tree.write(files | {"a/new": tree.File(b"4", executable=True), "link": tree.File(b"5")}, self.directory)
        self.assertEqual((self.directory / "a/same").stat().st_mtime, 1)
        self.assertNotEqual((self.directory / "a/new").stat().st_mtime, 1)
        self.assertEqual(sorted(path.name for path in self.directory.rglob("*")), ["a", "link", "new", "same"])
        self.assertEqual((self.directory / "link").read_bytes(), b"5")
        self.assertEqual((self.directory / "a/new").stat().st_mode & 0o777, 0o755)


if __name__ == "__main__":
    unittest.main()
