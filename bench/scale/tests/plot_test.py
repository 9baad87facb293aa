"""The plots."""

import unittest
import xml.etree.ElementTree

import plot

SVG = "{http://www.w3.org/2000/svg}"


class PlotTest(unittest.TestCase):
    def test_axes(self):
        self.assertEqual(plot.steps(10), [0, 2, 4, 6, 8, 10])
        self.assertEqual(plot.steps(0), [0, 1])
        self.assertEqual(plot.powers([3, 250]), [1, 10, 100, 1000])
        self.assertEqual(plot.powers([10]), [10, 100])

    def test_points_of_a_line(self):
        text = plot.line_chart("A & B", "two points", "x", "y", [("one", [(10, 10), (1, 1)])], log=True)
        self.assertIn('d="M84.0 340.0L580.0 52.0"', text)
        self.assertEqual(xml.etree.ElementTree.fromstring(text).find(f"{SVG}title").text, "A & B")

    def test_labels_do_not_overlap(self):
        self.assertEqual(plot.label_places([(100, 0), (101, 1), (200, 2)]), {0: 100, 1: 100 + plot.LINE_HEIGHT, 2: 200})

    def test_bars(self):
        text = plot.bar_chart("Bars", "two", "MB", [("one", 5), ("two", 10)])
        widths = [float(bar.get("width")) for bar in xml.etree.ElementTree.fromstring(text).iter(f"{SVG}rect") if bar.get("class") == "f0"]
        self.assertAlmostEqual(widths[1], 2 * widths[0])

    def test_no_logarithm_of_zero(self):
        with self.assertRaisesRegex(ValueError, "cannot draw a value of 0 or less on a logarithmic axis"):
            plot.line_chart("t", "d", "x", "y", [("one", [(1, 0)])], log=True)

    def test_numbers(self):
        self.assertEqual([plot.number(value) for value in (0, 0.5, 12.345, 100, 54321.0)], ["0", "0.5", "12.3", "100", "54,321"])


if __name__ == "__main__":
    unittest.main()
