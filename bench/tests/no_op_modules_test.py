"""Tests of the workspace of rules_distroless and rules_oci."""

import pathlib
import tempfile
import unittest
import unittest.mock

import no_op_modules


class Modules(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.root = pathlib.Path(made.name)
        self.checkouts = self.root / "checkouts"
        for name in no_op_modules.MODULES:
            (self.checkouts / name).mkdir(parents=True)
            (self.checkouts / name / "MODULE.bazel").write_text(f'module(name = "{name}")\n')
        importer = self.checkouts / "rules_distroless/apt/private/deb_import.bzl"
        importer.parent.mkdir(parents=True)
        importer.write_text(f'load("{no_op_modules.CC_IMPORT[0]}", "cc_import")\n')
        patched = unittest.mock.patch("shutil.which", lambda name: f"/usr/bin/{name}")
        patched.start()
        self.addCleanup(patched.stop)

    def workspace(self):
        debs = [pathlib.Path("/debs/ca-certificates_1_all.deb"), pathlib.Path("/debs/libc6_2_amd64.deb")]
        return no_op_modules.workspace(self.root, self.checkouts, debs, "--color=no")

    def test_each_module_and_tool_comes_from_this_machine(self):
        files = self.workspace()
        self.assertTrue(all(file.is_file() for file in files))
        module = (self.root / "modules/MODULE.bazel").read_text()
        self.assertIn('use_repo(packages, "deb_ca-certificates", "deb_libc6")', module)
        settings = (self.root / "modules/.bazelrc").read_text()
        for name in no_op_modules.TOOLS:
            self.assertIn(f"--override_repository={name}={self.root}/modules.tools/{name}\n", settings)
        for name in [*no_op_modules.MODULES, "gawk"]:
            self.assertIn(f'    module_name = "{name}",\n    path = "{self.root}/modules.sources/{name}",\n', module)

    def test_checkouts_become_what_is_released_and_stay_as_they_are(self):
        module = self.checkouts / "bazel_lib/MODULE.bazel"
        module.write_text(f"bazel_dep(\n    name = \"gazelle\",\n    {no_op_modules.IN_RELEASES}\n)\n")
        self.workspace()
        self.assertIn("    dev_dependency = True,\n", (self.root / "modules.sources/bazel_lib/MODULE.bazel").read_text())
        self.assertIn(no_op_modules.IN_RELEASES, module.read_text())
        importer = "rules_distroless/apt/private/deb_import.bzl"
        self.assertIn(no_op_modules.CC_IMPORT[1], (self.root / "modules.sources" / importer).read_text())

    def test_a_missing_checkout_is_named(self):
        (self.checkouts / "yq.bzl/MODULE.bazel").unlink()
        with self.assertRaises(SystemExit) as refused:
            self.workspace()
        self.assertEqual(str(refused.exception).splitlines()[0], f"error: cannot measure rules_oci: no module in `{self.checkouts}/yq.bzl`")

    def test_a_missing_tool_is_named(self):
        with unittest.mock.patch("shutil.which", lambda name: None if name == "regctl" else f"/usr/bin/{name}"):
            with self.assertRaises(SystemExit) as refused:
                self.workspace()
        self.assertEqual(str(refused.exception).splitlines()[0], "error: cannot measure rules_oci: `regctl` is not on PATH")


if __name__ == "__main__":
    unittest.main()
