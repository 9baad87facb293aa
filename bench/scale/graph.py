"""The graph of actions that Bazel's aquery prints, and the part of it that a change invalidates."""

import collections
import json
import pathlib


class Action:
    """An action: its kind, its target, Bazel's key of its command line, and the paths of its inputs and outputs.

    `arguments` is the command line, if the document has it.
    """

    __slots__ = ("mnemonic", "label", "key", "inputs", "outputs", "arguments")

    def __init__(self, mnemonic, label, key, inputs, outputs, arguments=()):
        self.mnemonic, self.label, self.key, self.inputs, self.outputs = mnemonic, label, key, inputs, outputs
        self.arguments = arguments


class Paths:
    """The paths of the artifacts of a document."""

    def __init__(self, document):
        self.fragments = {each["id"]: each for each in document["pathFragments"]}
        self.artifacts = {each["id"]: each["pathFragmentId"] for each in document["artifacts"]}
        self.known = {}

    def of(self, artifact):
        return self._fragment(self.artifacts[artifact])

    def _fragment(self, number):
        if number not in self.known:
            fragment = self.fragments[number]
            parent = fragment.get("parentId")
            self.known[number] = (self._fragment(parent) + "/" if parent else "") + fragment["label"]
        return self.known[number]


def sets_of_files(document, paths):
    """Set number to the paths in it. A set comes after those that it contains."""
    waiting = {each["id"]: each for each in document.get("depSetOfFiles", [])}
    found = {}

    def resolve(number):
        if number not in found:
            each = waiting[number]
            files = {paths.of(artifact) for artifact in each.get("directArtifactIds", [])}
            # Bazel's names for groups of runfiles, which are no files.
            files = {path for path in files if "/internal/_middlemen/" not in path}
            for inner in each.get("transitiveDepSetIds", []):
                files |= resolve(inner)
            found[number] = frozenset(files)
        return found[number]

    for number in waiting:
        resolve(number)
    return found


def read(document):
    """The actions of a document of `aquery --output=jsonproto`, in its order."""
    paths = Paths(document)
    sets = sets_of_files(document, paths)
    labels = {each["id"]: each["label"] for each in document["targets"]}
    actions = []
    for each in document["actions"]:
        inputs = frozenset().union(*(sets[number] for number in each.get("inputDepSetIds", [])))
        outputs = [paths.of(number) for number in each["outputIds"]]
        actions.append(Action(each["mnemonic"], labels[each["targetId"]], each["actionKey"], inputs, outputs, each.get("arguments", ())))
    return actions


def read_file(file):
    return read(json.loads(pathlib.Path(file).read_text()))


def counts(actions):
    """Mnemonic to the number of actions, sorted."""
    return dict(sorted(collections.Counter(action.mnemonic for action in actions).items()))


def predecessors(actions):
    """For each action the numbers of the actions that write its inputs."""
    writer = {path: number for number, action in enumerate(actions) for path in action.outputs}
    return [sorted({writer[path] for path in action.inputs if path in writer}) for action in actions]


def needed(actions, is_root):
    """The actions for which IS_ROOT is true, and all that they depend on, in the order of ACTIONS."""
    roots = [number for number, action in enumerate(actions) if is_root(action)]
    return [actions[number] for number in reached(roots, predecessors(actions))]


def reached(numbers, neighbours):
    """NUMBERS and all numbers that NEIGHBOURS leads to from them, sorted."""
    waiting = list(numbers)
    seen = set(waiting)
    while waiting:
        for number in neighbours[waiting.pop()]:
            if number not in seen:
                seen.add(number)
                waiting.append(number)
    return sorted(seen)


def invalidated(old, new):
    """The actions of NEW that must run again after a build of OLD: those whose command or source files changed, and all after them.

    A source file has changed if its path has: the file name of a package contains its version. Bazel runs fewer actions if a
    changed action writes what it wrote before.
    """
    known = {action.outputs[0]: action for action in old}
    generated = {path for action in new for path in action.outputs}

    def changed(action):
        before = known.get(action.outputs[0])
        if before is None or before.key != action.key:
            return True
        return any(path not in before.inputs for path in action.inputs if path not in generated)

    after = collections.defaultdict(list)
    for number, sources in enumerate(predecessors(new)):
        for source in sources:
            after[source].append(number)
    first = [number for number, action in enumerate(new) if changed(action)]
    return [new[number] for number in reached(first, after)]
