"""Measures how the analysis and the build of a module grow with its size, and writes docs/scale.json, docs/scale.md and plots.

    bazel run //bench:scale -- [--sizes small] [--output DIRECTORY] [--runs 3]
    bazel run //bench:scale -- --rebuild-only

Generates workspaces that use this module and analyses them with Bazel. Measures the CPU time of the tools in real actions of
this module. Schedules the actions of the largest workspace on 1 to 1000 workers. Builds a small workspace, gives glibc a new
version, and fails if an action runs that has no reason to. It needs the packages of three real images; the generated packages
need no network. The full sizes take about 20 minutes of CPU time, 5 GB of memory and 3 GB of disk.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import bazel
import graph
import rebuild
import scale_page
import schedule
import times
from workspace import GLIBC, MODULE, TOOLS, Size, Workspace

WORKERS = [1, 10, 100, 1000]

# Each curve changes one number of a size. The first size of `images` is the largest of all.
CURVES = {
    "full": {
        "images": [Size(10000, 6, number, 4) for number in (200, 80, 20)],
        "packages": [Size(number, 6, 20, 4) for number in (100, 1000, 10000)],
        "architectures": [Size(1000, number, 50, 4) for number in (1, 3, 6)],
        "variants": [Size(1000, 6, 50, number) for number in (1, 2, 4)],
    },
    "small": {
        "images": [Size(40, 2, number, 4) for number in (4, 2)],
        "packages": [Size(number, 2, 2, 2) for number in (20, 40)],
    },
}

# Real images whose actions are measured: indexes, and the largest packages.
MEASURED = {
    "full": [
        "//static:debian13",
        "//base:debian13",
        "//cc:debian13_amd64",
        "//java:java21_debian13_amd64",
        "//python3:debian13_amd64",
        "//examples/extra_packages",
    ],
    "small": ["//static:debian13_amd64"],
}
MNEMONICS = {"DebExtract", "ImageCheck", "ImageIndexWrite", "ImageLayout", "ImageWrite", "LayerAssemble"}


def progress(text):
    print(text, file=sys.stderr, flush=True)


def is_root(action):
    """Whether a build of all indexes asks for an action itself."""
    return action.mnemonic == "ImageCheck" or (action.mnemonic == "ImageLayout" and action.label.endswith("_index"))


def action_times(targets, runs):
    """The models of the times of actions, from real ones of this module. Builds TARGETS first."""
    def checkout(*words):
        done = subprocess.run([MODULE / "bazelw", *words], cwd=MODULE, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"error: cannot run `bazel {words[0]}`: exit code {done.returncode}\n{done.stderr[-3000:]}")
        return done.stdout

    checkout("build", "--remote_download_outputs=all", *targets)
    question = f"mnemonic('{'|'.join(sorted(MNEMONICS))}', deps({' + '.join(targets)}))"
    actions = graph.read(json.loads(checkout("aquery", "--output=jsonproto", "--include_param_files", question)))
    base = checkout("info", "output_base").strip()
    scratch = tempfile.mkdtemp(prefix="scale.", dir=base)
    try:
        run = times.Run(checkout("info", "execution_root").strip(), base, scratch)
        # Actions that no target asks for may lack their inputs.
        built = [action for action in actions if all(run.path(path).exists() for path in action.inputs)]
        return times.measure([action for action in built if action.arguments], run, MNEMONICS, runs)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def size_of(workspace):
    """The size in bytes of a path of a generated package, from the lock."""
    def size(path):
        name = re.search(r"[~+]hub_(.*)_[^_/]*/[^/]*\.deb$", path)[1]
        return workspace.packages[name].size
    return size


def seconds_of_kinds(actions, seconds):
    """Kind to the time of all its actions, without kinds that take no time."""
    found = {}
    for action, each in zip(actions, seconds):
        found[times.kind(action)] = found.get(times.kind(action), 0) + each
    return {kind: round(value, 1) for kind, value in sorted(found.items()) if value}


def simulated(actions, models, workspace):
    """The time of the actions that a build of all images needs, on each number of workers."""
    actions = graph.needed(actions, is_root)
    size, before = size_of(workspace), graph.predecessors(actions)
    seconds = [times.modelled(models, action, size) for action in actions]
    path = schedule.critical_path(seconds, before)
    return {
        "actions": graph.counts(actions),
        "worker_seconds": round(sum(seconds), 1),
        "seconds_of_kinds": seconds_of_kinds(actions, seconds),
        "critical_path_seconds": round(sum(seconds[number] for number in path), 2),
        "critical_path": [[times.kind(actions[number]), round(seconds[number], 3)] for number in path if seconds[number] > 0],
        "longest_action_seconds": round(max(seconds), 2),
        "makespan": {str(workers): round(schedule.makespan(seconds, before, workers), 2) for workers in WORKERS},
    }


def bumped(server, old, models, names):
    """The cost of a new version of packages NAMES after the actions OLD: the analysis, and the actions that may run.

    Returns the cost, and all actions with the new version.
    """
    server.workspace.bump(names)
    analysis = server.analyse()
    new = server.action_graph()
    wanted = {action.outputs[0] for action in graph.needed(new, is_root)}
    again = [action for action in graph.invalidated(old, new) if action.outputs[0] in wanted]
    size = size_of(server.workspace)
    seconds = [times.modelled(models, action, size) for action in again]
    cost = {
        "packages": names,
        "analysis_cpu_seconds": analysis["cpu_seconds"],
        "actions": graph.counts(again),
        "worker_seconds": round(sum(seconds), 1),
        "seconds_of_kinds": seconds_of_kinds(again, seconds),
    }
    return cost, new


class Measurement:
    """Measures sizes in DIRECTORY. No size is measured twice."""

    def __init__(self, directory, models):
        self.directory, self.models, self.known = directory, models, {}

    def point(self, size, is_largest):
        """The values of one size; of the largest one also the simulation and the new versions."""
        if size in self.known:
            return self.known[size]
        progress(f"{size}")
        workspace = Workspace(self.directory / "scale", size)
        workspace.write()
        server = bazel.Bazel(workspace, self.directory / "scale.base")
        try:
            started = time.monotonic()
            point = server.analyse()
            point |= {"size": [size.packages, size.architectures, size.images, size.variants]}
            point |= {"package_repositories": server.package_repositories()}
            actions = server.action_graph()
            point |= {"actions": graph.counts(actions), "needed": graph.counts(graph.needed(actions, is_root))}
            if is_largest:
                point |= {"simulation": simulated(actions, self.models, workspace), "bumps": []}
                for names in (GLIBC, ["tzdata"]):
                    cost, actions = bumped(server, actions, self.models, names)
                    point["bumps"].append(cost)
            progress(f"  {point['cpu_seconds']} CPU s, {point['heap_mb']} MB, {time.monotonic() - started:.0f} s in all")
        finally:
            server.close()
            shutil.rmtree(workspace.directory)
        self.known[size] = point
        return point


def copied_tools(directory):
    """A directory with the real tools."""
    tools = directory / "tools"
    tools.mkdir()
    for tool in TOOLS:
        shutil.copy(pathlib.Path(os.environ[tool.upper()]).resolve(), tools / tool)
    return tools


def rebuild_only(directory):
    """Builds the small workspace twice, and prints what ran."""
    found = rebuild.rebuild(directory, copied_tools(directory))
    for title, actions in (("first build", found["first"]), ("new glibc", found["ran"])):
        print(f"{title}: " + ", ".join(f"{number} {kind}" for kind, number in actions.items()))
    replaced = {kind: ", ".join(map(str, numbers)) for kind, numbers in found["replaced_layers"].items()}
    print(f"replaced layers of each image: {replaced['with_cache']} with a cache, {replaced['without_cache']} without")


def write(values, output):
    (output / "scale").mkdir(parents=True, exist_ok=True)
    (output / "scale.json").write_text(json.dumps(values, indent=1, sort_keys=True) + "\n")
    for name, text in scale_page.render(values).items():
        (output / name).write_text(text)
    progress(f"wrote {output}/scale.json, scale.md and scale/")


def measure(directory, sizes, runs):
    """All values of the page."""
    tools = copied_tools(directory)
    values = {"bazel": (MODULE / ".bazelversion").read_text().strip(), "cpus": os.cpu_count(), "heap_limit": bazel.HEAP, "runs": runs, "sizes": sizes}
    values["rebuild"] = rebuild.rebuild(directory, tools)
    values["times"] = action_times(MEASURED[sizes], runs)
    values["measured_images"] = MEASURED[sizes]
    measurement = Measurement(directory, values["times"])
    values["curves"] = {}
    for curve, points in CURVES[sizes].items():
        measured = [measurement.point(size, is_largest=curve == "images" and size == points[0]) for size in points]
        values["curves"][curve] = sorted(measured, key=lambda point: point["size"])
    values["largest"] = values["curves"]["images"][-1]
    return values


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", choices=sorted(CURVES), default="full")
    parser.add_argument("--output", type=pathlib.Path, help="the directory of scale.json and scale.md; docs/ by default")
    parser.add_argument("--runs", type=int, default=3, help="runs of each real action, of which the fastest counts")
    parser.add_argument("--rebuild-only", action="store_true", help="only build the small workspace twice, and print what ran")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="distroless-scale."))
    try:
        if options.rebuild_only:
            rebuild_only(directory)
        else:
            write(measure(directory, options.sizes, options.runs), options.output or MODULE / "docs")
    finally:
        subprocess.run(["chmod", "--recursive", "u+rwX", directory], check=False)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
