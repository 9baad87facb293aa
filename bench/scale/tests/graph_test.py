"""The graph of actions, and what a change invalidates."""

import unittest

import graph
from graph import Action

EXTRACT = Action("DebExtract", "//a", "k1", frozenset({"repo/a_1.deb", "tool"}), ["a/layer", "a/metadata"])
OTHER = Action("DebExtract", "//b", "k2", frozenset({"repo/b_1.deb", "tool"}), ["b/layer", "b/metadata"])
WRITE = Action("ImageWrite", "//image", "k3", frozenset({"a/metadata", "b/metadata"}), ["image"])
REPORT = Action("ImageReport", "//image", "k4", frozenset({"b/metadata"}), ["report"])
ACTIONS = [EXTRACT, OTHER, WRITE, REPORT]

DOCUMENT = {
    "pathFragments": [
        {"id": 1, "label": "out"},
        {"id": 2, "label": "a", "parentId": 1},
        {"id": 3, "label": "b"},
        {"id": 4, "label": "internal/_middlemen/x", "parentId": 1},
    ],
    "artifacts": [{"id": 1, "pathFragmentId": 2}, {"id": 2, "pathFragmentId": 3}, {"id": 3, "pathFragmentId": 4}],
    "depSetOfFiles": [{"id": 1, "transitiveDepSetIds": [2]}, {"id": 2, "directArtifactIds": [2, 3]}],
    "targets": [{"id": 1, "label": "//t"}],
    "actions": [{"mnemonic": "M", "actionKey": "k", "targetId": 1, "inputDepSetIds": [1], "outputIds": [1]}],
}


class GraphTest(unittest.TestCase):
    def test_a_document_is_read(self):
        [action] = graph.read(DOCUMENT)
        self.assertEqual((action.mnemonic, action.label, action.key), ("M", "//t", "k"))
        self.assertEqual((action.inputs, action.outputs), ({"b"}, ["out/a"]))

    def test_counts(self):
        self.assertEqual(graph.counts(ACTIONS), {"DebExtract": 2, "ImageReport": 1, "ImageWrite": 1})

    def test_predecessors(self):
        self.assertEqual(graph.predecessors(ACTIONS), [[], [], [0, 1], [1]])

    def test_needed(self):
        self.assertEqual(graph.needed(ACTIONS, lambda action: action is REPORT), [OTHER, REPORT])

    def test_nothing_changed(self):
        self.assertEqual(graph.invalidated(ACTIONS, ACTIONS), [])

    def test_a_new_package_invalidates_its_layer_and_the_image(self):
        new = Action("DebExtract", "//a", "k1", frozenset({"repo/a_2.deb", "tool"}), ["a/layer", "a/metadata"])
        self.assertEqual(graph.invalidated(ACTIONS, [new, OTHER, WRITE, REPORT]), [new, WRITE])

    def test_a_new_command_and_a_new_action(self):
        new = Action("ImageReport", "//image", "k5", REPORT.inputs, ["report"])
        more = Action("ImageCheck", "//image", "k6", frozenset(), ["checked"])
        self.assertEqual(graph.invalidated(ACTIONS, [EXTRACT, OTHER, WRITE, new, more]), [new, more])


if __name__ == "__main__":
    unittest.main()
