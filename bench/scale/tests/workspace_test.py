"""The generated packages and images, and the check of the second build."""

import collections
import io
import tarfile
import unittest

import rebuild
import workspace
from workspace import COMMON, Size

SIZES = [100, 2000, 30000]


class WorkspaceTest(unittest.TestCase):
    def test_equal_sizes_give_equal_packages(self):
        self.assertEqual(workspace.packages(200, SIZES), workspace.packages(200, SIZES))

    def test_packages_have_the_form_of_debian(self):
        known = workspace.packages(3000, SIZES)
        self.assertEqual(len(known), 3000)
        self.assertEqual({package.size for package in known.values()}, set(SIZES))
        self.assertAlmostEqual(sum("libc6" in package.depends for package in known.values()) / 3000, 0.9, delta=0.03)
        self.assertAlmostEqual(sum(package.for_all for package in known.values()) / 3000, 0.1, delta=0.03)
        self.assertAlmostEqual(sum(len(package.depends) for package in known.values()) / 3000, 2.2, delta=0.3)

    def test_images_are_complete(self):
        known = workspace.packages(1000, SIZES)
        for number, names in enumerate(workspace.images(known, 20)):
            self.assertLessEqual(set(COMMON), set(names))
            self.assertEqual("libc-bin" in names, number % 2 == 0)
            if len(names) < workspace.MOST_PACKAGES:
                self.assertEqual({needed for name in names for needed in known[name].depends} - set(names), set())

    def test_a_package_is_an_ar_archive(self):
        package = workspace.deb("one", "1", "all", ["libc6"])
        self.assertTrue(package.startswith(b"!<arch>\ndebian-binary   "))
        start = package.index(b"control.tar.gz") + 60
        control = tarfile.open(fileobj=io.BytesIO(package[start:]), mode="r|gz")
        [text] = [control.extractfile(entry).read().decode() for entry in control if entry.name == "./control"]
        self.assertIn("Version: 1\nArchitecture: all\n", text)
        self.assertIn("Depends: libc6\n", text)


class Module:
    """The parts of a workspace that the check of a new version reads."""

    size = Size(packages=3, architectures=2, images=2, variants=1)
    packages = workspace.packages(10, SIZES)
    images = [["libc6", "libc-bin"], ["libc6"]]


class RebuildTest(unittest.TestCase):
    RAN = [
        *[("DebExtract", f"@@m~~debian~hub_{name}_{key}//:data") for name in ("libc6", "libc-bin") for key in ("amd64", "arm64")],
        *[("LayerAssemble", "//image_0:latest_ld_so_cache")] * 2,
        ("ImageWrite", "//image_1:latest"),
    ]

    def test_the_expected_actions(self):
        wanted = rebuild.expected(Module, ["libc6", "libc-bin"])
        self.assertEqual(sum(wanted.values()), 6)
        self.assertEqual(rebuild.problems(self.RAN, wanted), [])
        self.assertEqual(rebuild.expected(Module, ["tzdata"]), collections.Counter({("DebExtract", "hub_tzdata_all//:data"): 1}))

    def test_other_actions_are_reported(self):
        wanted = rebuild.expected(Module, ["libc6", "libc-bin"])
        ran = self.RAN[1:] + [("DebExtract", "@@m~~debian~hub_netbase_all//:data")]
        self.assertEqual(rebuild.problems(ran, wanted), [
            "ran without need: 1 x DebExtract of hub_netbase_all//:data",
            "did not run: 1 x DebExtract of hub_libc6_amd64//:data",
        ])


if __name__ == "__main__":
    unittest.main()
