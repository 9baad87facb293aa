"""The files of a release that are no archive."""

import json
import types
import unittest

from fixture import ROOT, Case

import checksums
import cyclonedx
import notes
import output
import platforms
import provenance
import registry
import signature
import spdx
from inventory import Component, Inventory
from source import Source

OPTIONS = types.SimpleNamespace(
    version="0.2.0", repository="team/fork", url="https://example.org/v0.2.0", platform=["linux_amd64"], profile="release", builder=None
)
LIBRARY = Component("b", "2.0.0", "MIT", "author", "pkg:cargo/b@2.0.0", "a" * 64)
INVENTORY = Inventory(
    "0.2.0",
    "linux_amd64",
    "team/fork",
    "2026-11-28T00:00:00Z",
    (Component("a", "0.2.0", "Apache-2.0", "distroless", "pkg:github/team/fork@v0.2.0#a", uses=(LIBRARY.purl,)), LIBRARY),
)


class NotesTest(Case):
    def test_the_section_of_the_version(self):
        changelog = "# Changelog\n\n## 0.2.0 (2026-11-28)\n\n### Added\n\n- a\n\n## 0.1.0\n\n- b\n"
        self.assertEqual(notes.section(changelog, "0.2.0"), "### Added\n\n- a")
        self.assertEqual(notes.section(changelog, "0.1.0"), "- b")
        self.assertIn('bazel_dep(name = "distroless", version = "0.1.0")', notes.notes(changelog, "0.1.0", "https://example.org"))

    def test_nothing_to_write(self):
        for changelog, cause in [
            ("## 0.1.0\n- a\n", "there is no section `## 0.2.0` and no section `## Unreleased`"),
            ("## 0.2.0 (today)\n\n### Added\n\n## 0.1.0\n\n- a\n", "its section has no line"),
            ("## 0.2.0-rc1\n\n- a\n", "there is no section `## 0.2.0` and no section `## Unreleased`"),
        ]:
            message = self.refusal(notes.section, changelog, "0.2.0")
            self.assertEqual(message, f"cannot write the release notes of `0.2.0`: {cause} in `CHANGELOG.md`")


class RegistryTest(Case):
    def test_the_entry(self):
        archive = self.directory / "distroless-0.2.0.tar.gz"
        archive.write_bytes(b"archive")
        made = self.directory / "registry"
        registry.write(made, registry.Templates(ROOT), "module()\n", archive, OPTIONS)
        self.assertEqual(json.loads((made / "modules/distroless/metadata.json").read_text())["repository"], ["github:team/fork"])
        source = json.loads((made / "modules/distroless/0.2.0/source.json").read_text())
        self.assertEqual(
            source, {"integrity": checksums.integrity(archive), "strip_prefix": "distroless-0.2.0", "url": f"{OPTIONS.url}/distroless-0.2.0.tar.gz"}
        )

    def test_the_default_url(self):
        self.assertEqual(registry.Templates(ROOT).url_of("team/fork", "0.2.0"), "https://github.com/team/fork/releases/download/v0.2.0")

    def test_a_repository_without_owner(self):
        message = self.refusal(registry.Templates(ROOT).url_of, "fork", "0.2.0")
        self.assertEqual(message, "cannot release for the repository `fork`: expected OWNER/NAME")


class EvidenceTest(Case):
    def test_checksums(self):
        (self.directory / "b").write_bytes(b"")
        self.assertEqual(checksums.sums(self.directory, ["b"]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n")
        self.assertEqual(checksums.integrity(self.directory / "b"), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")

    def test_spdx(self):
        document = spdx.document(INVENTORY)
        self.assertEqual([package["name"] for package in document["packages"]], ["distroless", "a", "b"])
        self.assertEqual(document["packages"][2]["checksums"], [{"algorithm": "SHA256", "checksumValue": "a" * 64}])
        edges = [(each["spdxElementId"], each["relatedSpdxElement"]) for each in document["relationships"]]
        ours, theirs = "SPDXRef-github-team-fork-v0.2.0-a", "SPDXRef-cargo-b-2.0.0"
        self.assertEqual(edges, [("SPDXRef-DOCUMENT", spdx.MAIN), (spdx.MAIN, ours), (ours, theirs)])

    def test_cyclonedx(self):
        document = cyclonedx.document(INVENTORY)
        self.assertEqual(document["components"][1]["hashes"], [{"alg": "SHA-256", "content": "a" * 64}])
        self.assertEqual(document["dependencies"][1], {"dependsOn": [LIBRARY.purl], "ref": "pkg:github/team/fork@v0.2.0#a"})
        self.assertEqual(document, cyclonedx.document(INVENTORY))

    def test_provenance(self):
        (self.directory / "b").write_bytes(b"")
        source = Source({}, "0.2.0", "c" * 40, "d" * 40, 0)
        value = provenance.statement(self.directory, ["b"], source, OPTIONS, ["linux_amd64"], self.directory / "b", {"rustc": "rustc 1"})
        self.assertEqual([subject["name"] for subject in value["subject"]], ["b"])
        run = value["predicate"]["runDetails"]["builder"]
        self.assertEqual(run, {"id": f"https://github.com/team/fork/blob/main/{provenance.PAGE}#unstated-builder", "version": {"rustc": "rustc 1"}})
        self.assertTrue((ROOT / provenance.PAGE).exists())


class OutputTest(Case):
    def test_a_directory_with_files_is_kept(self):
        (self.directory / "dist").mkdir()
        output.check(self.directory / "dist")
        (self.directory / "dist/old").write_text("old")
        message = self.refusal(output.check, self.directory / "dist")
        self.assertEqual(message, f"cannot write `{self.directory}/dist`: it has files already")

    def test_places_that_cannot_be_written(self):
        (self.directory / "file").write_text("")
        self.assertEqual(self.refusal(output.check, self.directory / "file"), f"cannot write `{self.directory}/file`: it is no directory")
        link = self.directory / "link"
        for target in ["nothing", "."]:
            link.symlink_to(target)
            self.assertEqual(self.refusal(output.check, link), f"cannot write `{link}`: it is a symbolic link")
            link.unlink()
        path = self.directory / "file/dist"
        self.assertEqual(self.refusal(output.check, path), f"cannot write `{path}`: File exists")

    def test_a_directory_that_disappears(self):
        path = self.directory / "gone/dist"
        self.assertEqual(self.refusal(output.unfinished(path).__enter__), f"cannot write `{path}`: No such file or directory")

    def test_a_failure_leaves_no_files(self):
        with self.assertRaises(KeyError), output.unfinished(self.directory / "dist") as made:
            (made / "part").write_text("")
            raise KeyError
        self.assertEqual(list(self.directory.iterdir()), [])
        with output.unfinished(self.directory / "dist") as made:
            (made / "all").write_text("")
        self.assertEqual([path.name for path in self.directory.rglob("*")], ["dist", "all"])


class SignatureTest(Case):
    def options(self, **given):
        return types.SimpleNamespace(**(dict.fromkeys(["key", "plugin", "identity_token", "password_file", "signing_config", "trusted_root"]) | given))

    def test_files_that_do_not_exist(self):
        (self.directory / "a.key").write_text("")
        signature.check(self.options(key="a.key", password_file="env://PASSWORD"), self.directory)
        message = self.refusal(signature.check, self.options(key="b.key"), self.directory)
        self.assertEqual(message, "cannot sign with `--key=b.key`: there is no such file")


class PlatformsTest(Case):
    def test_the_tools_are_those_of_the_rules(self):
        lists = {}
        exec((ROOT / "rules/private/extensions/tool_sets.bzl").read_text(), lists)
        self.assertEqual(platforms.TOOLS, lists["ALL_TOOLS"])
        self.assertEqual(sorted(platforms.TRIPLES), sorted(lists["PLATFORMS"]))


if __name__ == "__main__":
    unittest.main()
