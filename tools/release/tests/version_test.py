import unittest

from fixture import ROOT, Case

import version


class VersionTest(Case):
    def test_form(self):
        for text in ["0.1.0", "1.20.3", "1.0.0-rc1", "1.0.0-rc.1", "1.0.0-0", "1.0.0-rc.10", "1.0.0-01a", "1.0.0--1"]:
            self.assertEqual(version.check(text), text)
        for text in ["v1.0.0", "1.0", "1.0.0.0", "01.0.0", "1.0.0+build", "1.0.0 ", "1.0.0\n", "", "1.0.0-", "1.0.0-01", "1.0.0-rc.01", "1\u0663.0.0"]:
            message = self.refusal(version.check, text)
            self.assertEqual(message, f"cannot release the version `{text}`: expected MAJOR.MINOR.PATCH, such as `0.2.0` or `1.0.0-rc1`")

    def test_texts_that_state_the_version(self):
        cases = {
            "MODULE.bazel": ('module(\n    name = "distroless",\n    version = "0.1.0",\n)\nbazel_dep(name = "x", version = "0.1.0")', 1),
            "tools/Cargo.toml": ('[workspace.package]\nversion = "0.1.0"\n[workspace.dependencies]\nx = "0.1.0"\n', 1),
            "tools/Cargo.lock": (
                '[[package]]\nname = "ours"\nversion = "0.1.0"\n\n[[package]]\nname = "theirs"\nversion = "0.1.0"\nsource = "registry"\n',
                1,
            ),
            "README.md": ('bazel_dep(name = "distroless", version = "0.1.0")\ndistroless_0.1.0_linux_amd64.tar.gz distroless-0.1.0/bin 10.1.0', 3),
            "CHANGELOG.md": ("# Changelog\n\n## Unreleased\n\n- a\n\n## 0.0.9\n", 1),
            "rules/a.bzl": ('bazel_dep(name = "distroless", version = "0.1.0")', 0),
        }
        for path, (text, count) in cases.items():
            found = version.with_version(path, text, "0.1.0", "0.2.0", "2026-11-28")
            self.assertEqual(found.count("0.2.0"), count, path)

    def test_another_version_in_a_page_stays(self):
        text = "since distroless-0.1.0 and distroless_0.1.01"
        self.assertEqual(version.with_version("a.md", text, "0.0.1", "0.2.0", ""), text)

    def test_the_files_differ(self):
        files = {
            "MODULE.bazel": 'module(\n    name = "distroless",\n    version = "0.1.0",\n)',
            "tools/Cargo.toml": '[workspace.package]\nversion = "0.2.0"\n',
        }
        message = self.refusal(version.stated, files.__getitem__)
        self.assertEqual(message, "cannot tell the version of the repository: `0.1.0` in `MODULE.bazel`, `0.2.0` in `tools/Cargo.toml`")

    def test_the_repository_states_one_version(self):
        self.assertRegex(version.stated(lambda path: (ROOT / path).read_text()), version.FORM)


if __name__ == "__main__":
    unittest.main()
