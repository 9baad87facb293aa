import json
import types
import unittest

from fixture import Case

import added
import checksums

OPTIONS = {"version": "0.2.0", "repository": "team/fork", "url": "https://example.org", "profile": "release"}
SOURCE = types.SimpleNamespace(git_tree="d" * 40)
NAMES = ["distroless_0.2.0_darwin_arm64.cdx.json", "distroless_0.2.0_darwin_arm64.spdx.json", "distroless_0.2.0_darwin_arm64.tar.gz"]


class AddedTest(Case):
    def setUp(self):
        super().setUp()
        self.other = self.directory / "other"
        self.other.mkdir()
        names = [*NAMES, "distroless_tools_0.2.0_darwin_arm64.tar.gz"]
        for name in names:
            (self.other / name).write_text(name)
        build = {"externalParameters": OPTIONS | {"platforms": ["darwin_arm64"]}, "resolvedDependencies": [{"digest": {"gitTree": "d" * 40}}]}
        predicate = {"buildDefinition": build, "runDetails": {"builder": {"version": {"rustc": "1"}}}}
        subjects = [{"name": name, "digest": {"sha256": checksums.sha256(self.other / name)}} for name in names]
        (self.other / "provenance.json").write_text(json.dumps({"predicate": predicate, "subject": subjects}))

    def options(self, **changed):
        return types.SimpleNamespace(**(OPTIONS | {"platform": ["linux_amd64"]} | changed))

    def test_the_files_of_the_platform(self):
        other = added.Added(self.other)
        other.check(SOURCE, self.options())
        made = self.directory / "made"
        made.mkdir()
        self.assertEqual(other.copy(made), ["darwin_arm64"])
        self.assertEqual(len(list(made.iterdir())), 4)

    def test_another_release(self):
        other = added.Added(self.other)
        for changed, cause in [
            ({"version": "0.3.0"}, "`version` is `0.2.0`, expected `0.3.0`"),
            ({"url": "https://a"}, "`url` is `https://example.org`, expected `https://a`"),
            ({"platform": ["darwin_arm64"]}, "this machine compiles `darwin_arm64`, too"),
        ]:
            self.assertEqual(self.refusal(other.check, SOURCE, self.options(**changed)), f"cannot add `{self.other}`: {cause}")
        tree = types.SimpleNamespace(git_tree="e" * 40)
        self.assertEqual(self.refusal(other.check, tree, self.options()), f"cannot add `{self.other}`: `gitTree` is `{'d' * 40}`, expected `{'e' * 40}`")

    def test_wrong_files(self):
        (self.other / NAMES[2]).write_text("changed")
        other = added.Added(self.other)
        message = self.refusal(other.copy, self.directory)
        self.assertEqual(message, f"cannot add `{self.other / NAMES[2]}`: it is not the file of `provenance.json`")
        (self.other / "provenance.json").write_text("{}")
        self.assertEqual(self.refusal(added.Added, self.other), f"cannot add `{self.other}`: it is no release: 'predicate'")

    def test_a_platform_is_no_path(self):
        path = self.other / "provenance.json"
        path.write_text(path.read_text().replace('["darwin_arm64"]', '["/../../darwin_arm64"]'))
        self.assertEqual(self.refusal(added.Added, self.other), f"cannot add `{self.other}`: it is no release: unknown platform `/../../darwin_arm64`")


if __name__ == "__main__":
    unittest.main()
