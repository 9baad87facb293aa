"""The models of times."""

import pathlib
import tempfile
import unittest

import times
from graph import Action


class TimesTest(unittest.TestCase):
    def test_a_line_through_its_points(self):
        constant, slope = times.line([(x, 0.5 + 2 * x) for x in (1, 2, 10, 50)])
        self.assertAlmostEqual(constant, 0.5)
        self.assertAlmostEqual(slope, 2)

    def test_no_part_is_negative(self):
        constant, slope = times.line([(1, 1.0), (10, 0.5)])
        self.assertEqual(slope, 0)
        self.assertGreater(constant, 0)
        constant, slope = times.line([(10, 1.0), (20, 3.0)])
        self.assertEqual(constant, 0)
        self.assertGreater(slope, 0)

    def test_one_point_is_a_constant(self):
        self.assertEqual(times.line([(7, 0.25)]), (0.25, 0.0))

    def test_bytes_for_actions_that_read_packages_and_inputs_for_others(self):
        model = times.fit([(100, 3, 1.0), (200, 9, 2.0), (400, 1, 4.0)])
        self.assertEqual((model["unit"], model["seconds_per_unit"]), (times.BYTE, 0.01))
        model = times.fit([(0, 1, 1.0), (0, 2, 2.0), (0, 4, 4.0)])
        self.assertEqual((model["unit"], model["seconds_per_unit"]), (times.INPUT, 1.0))

    def test_an_action_gets_its_options_in_a_parameter_file(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            scratch = root / "scratch"
            scratch.mkdir()
            tool = root / "bin/tool"
            tool.parent.mkdir()
            tool.write_text(f"#!/bin/sh\ntest $# = 1 && cat ${{1#@}} input > {root}/seen\n")
            tool.chmod(0o755)
            (root / "input").write_text("an input")
            action = Action("LayerAssemble", "//a", "", frozenset({"input"}), ["out/layer"], ["bin/tool", "files", "--entry=a\\\\b"])
            self.assertGreater(times.Run(root, root, scratch).seconds(action), 0)
            self.assertEqual((root / "seen").read_text(), "files\n--entry=a\\\\b\nan input")

    def test_the_time_of_an_action(self):
        models = {
            "DebExtract": {"unit": times.BYTE, "constant_seconds": 1.0, "seconds_per_unit": 0.5},
            "ImageWrite": {"unit": times.INPUT, "constant_seconds": 0.0, "seconds_per_unit": 2.0},
        }
        extract = Action("DebExtract", "//a", "", frozenset({"a.deb", "tool"}), ["layer"])
        write = Action("ImageWrite", "//a", "", frozenset({"layer", "tool"}), ["image"])
        cache = Action("LayerAssemble", "//a", "", frozenset({"a.libraries.json", "tool"}), ["cache"])
        self.assertEqual((times.kind(cache), times.kind(write)), ("LayerAssemble, ld.so.cache", "ImageWrite"))
        text = Action("FileWrite", "//a", "", frozenset(), ["text"])
        sizes = {"a.deb": 10}.__getitem__
        self.assertEqual([times.modelled(models, action, sizes) for action in (extract, write, text)], [6.0, 4.0, 0.0])


if __name__ == "__main__":
    unittest.main()
