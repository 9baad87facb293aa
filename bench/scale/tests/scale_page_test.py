"""The committed page and plots are those of the committed values."""

import json
import pathlib
import unittest
import xml.etree.ElementTree

import scale_page

DOCS = pathlib.Path("docs")
SVG = "{http://www.w3.org/2000/svg}"


class PageTest(unittest.TestCase):
    def setUp(self):
        self.values = json.loads((DOCS / "scale.json").read_text())

    def test_the_page_has_the_values(self):
        for name, text in scale_page.render(self.values).items():
            self.assertEqual((DOCS / name).read_text(), text, f"docs/{name}: write it with bench/scale/scale_page.py")

    def test_no_other_plot_is_committed(self):
        rendered = {name for name in scale_page.render(self.values) if name.startswith("scale/")}
        self.assertEqual({f"scale/{path.name}" for path in (DOCS / "scale").iterdir()}, rendered)

    def test_plots_are_accessible(self):
        for name, text in scale_page.render(self.values).items():
            if name.endswith(".svg"):
                root = xml.etree.ElementTree.fromstring(text)
                self.assertEqual(root.get("role"), "img")
                self.assertTrue(root.find(f"{SVG}title").text)
                self.assertTrue(root.find(f"{SVG}desc").text)
                self.assertIn("prefers-color-scheme: dark", text)

    def test_what_one_more_adds(self):
        self.assertEqual(scale_page.additional(0.234), "0.23 CPU s")
        self.assertEqual(scale_page.additional(-2.6), "no CPU time that can be measured")

    def test_the_full_size_is_measured(self):
        self.assertEqual(self.values["sizes"], "full")
        self.assertEqual(self.values["largest"]["size"], [10000, 6, 200, 4])

    def test_one_more_value_changes_the_page(self):
        changed = json.loads(json.dumps(self.values))
        changed["largest"]["heap_mb"] += 1
        self.assertNotEqual(scale_page.render(changed)["scale.md"], scale_page.render(self.values)["scale.md"])


if __name__ == "__main__":
    unittest.main()
