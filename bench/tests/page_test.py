"""Tests of the page of benchmarks, and of the counts."""

import json
import pathlib
import unittest
import xml.dom.minidom

import counted
import page

DOCS = pathlib.Path("docs")

TEMPLATE = "Measured on $date with `$commit`.\n\n$machine\n\n$layers_cc\n\n$push\n\n$peers\n"


def document():
    rows = [
        {"name": "ours", "command": False, "cpu_ms": 50.4, "peak_mib": 10},
        {"name": "a | b", "command": True, "cpu_ms": 1000, "peak_mib": None},
    ]
    measured = {
        "date": "2026-11-28", "commit": "12345678", "load": 2.5, "floor_mib": 9.5, "runs": 5, "note": "2 packages", "against": "a | b", "ratios": ["cpu_ms"],
        "rows": rows,
    }
    machine = {
        "processor": "P", "architecture": "x86_64", "cores": 2, "memory_gib": 23, "kernel": "6.1", "distribution": "Debian", "load_before": 1,
        "load_after": 2,
    }
    return {
        "date": "2026-11-28", "commit": "12345678", "machine": machine, "peers": {"crane": None, "gzip": "1.12"},
        "missing": {"push": "crane is not on this machine"}, "tables": {"layers_cc": measured},
    }


class Page(unittest.TestCase):
    def test_committed_page_is_that_of_the_values(self):
        values = json.loads((DOCS / "benchmarks.json").read_text())
        text, plots = page.render(values, page.TEMPLATE.read_text())
        hint = "write it again: python3 bench/page.py docs/benchmarks.json docs"
        self.assertEqual(text, (DOCS / "benchmarks.md").read_text(), hint)
        self.assertEqual(plots, {file.name: file.read_text() for file in (DOCS / "benchmarks").glob("*.svg")}, hint)

    def test_values_become_a_table_with_ratios(self):
        text, plots = page.render(document(), TEMPLATE)
        self.assertIn("Measured on 2026-11-28 with `12345678`.\n", text)
        self.assertIn("5 runs, medians; 2 packages; load 2.5.\n\n| | CPU, ms | ratio | memory, MiB |\n| --- | --- | --- | --- |\n", text)
        self.assertIn("| ours | 50 | 0.050 | ≤ 10 |\n| `a \\| b` | 1,000 | 1.00 | – |\n", text)
        self.assertIn("![CPU, ms: ours 50; a | b 1,000](benchmarks/layers_cc.svg)", text)
        self.assertEqual(list(plots), ["layers_cc.svg"])

    def test_missing_tables_and_peers_have_a_reason(self):
        text, _ = page.render(document(), TEMPLATE)
        self.assertIn("Not measured: crane is not on this machine.", text)
        self.assertIn("| `crane` | not on this machine, left out |\n| `gzip` | 1.12 |", text)

    def test_a_table_of_another_run_states_its_commit(self):
        values = document() | {"commit": "abcdef01"}
        self.assertIn("load 2.5; measured on 2026-11-28 with commit `12345678`.", page.render(values, TEMPLATE)[0])

    def test_plots_are_equal_and_have_a_title_and_a_description(self):
        _, first = page.render(document(), TEMPLATE)
        _, second = page.render(document(), TEMPLATE)
        self.assertEqual(first, second)
        svg = xml.dom.minidom.parseString(first["layers_cc.svg"]).documentElement
        self.assertEqual(svg.getElementsByTagName("title")[0].firstChild.data, "CPU time: 12 packages of cc to layers")
        self.assertEqual(svg.getElementsByTagName("desc")[0].firstChild.data, "CPU, ms: ours 50; a | b 1,000")


class Counted(unittest.TestCase):
    def test_actions_of_images_are_counted_without_those_of_tools(self):
        mnemonics = ["DebExtract", "DebExtract", "ImageWrite", "NewKind", "Rustc", "CppCompile", "FileWrite", "SymlinkTree", "RepoMappingManifest"]
        graph = {"actions": [{"mnemonic": mnemonic} for mnemonic in mnemonics]}
        self.assertEqual(counted.actions(graph), {"DebExtract": 2, "ImageWrite": 1, "NewKind": 1})

    def test_instructions_of_hashes_are_counted_apart(self):
        text = "events: Ir\nfl=(1) a.rs\nfn=(1) main\n+1 10\ncfn=(2) sha2::sha256::soft::compress\ncalls=3 0\n* 300\n+2 5\n\nfn=(2)\n0 300\n\ntotals: 315\n"
        self.assertEqual(counted.instructions_of(text), (15, 300))

    def test_the_package_is_always_the_same(self):
        data = counted.data_tar(2)
        self.assertEqual(len(data), 40960)
        self.assertEqual(data, counted.data_tar(2))
        self.assertEqual(counted.contents(1)[:24], counted.contents(1)[:24])
        self.assertNotEqual(counted.contents(1), counted.contents(2))


if __name__ == "__main__":
    unittest.main()
