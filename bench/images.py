"""Measures a build of all images from a clean cache, without downloads, and compares each image's size with gzip -9.

    bench/images.sh [--architectures amd64,arm64] [--output-base DIRECTORY]

Builds all images of docs/images.md and the tools that make them, in a separate output base without a disk cache. All
downloads finish before the clock starts. Bazel counts the actions. The size of an image is the sum of its layers; it is
compared with the same archives compressed by `gzip -9`. The exit code is 1 if the build or a no-op takes longer than its
limit, or if an image is larger than with gzip. With an --output-base that has been built, only sizes are measured.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

WORKSPACE = pathlib.Path(__file__).resolve().parent.parent

# The actions that make images.
IMAGE_ACTIONS = ["DebExtract", "LayerAssemble", "ImageWrite", "ImageIndexWrite", "ImageLayout", "ImageCheck"]


class Bazel:
    """./bazelw with an output base."""

    def __init__(self, base):
        self.base = base

    def run(self, *words):
        command = [WORKSPACE / "bazelw", f"--output_base={self.base}", *words]
        done = subprocess.run(command, cwd=WORKSPACE, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"error: cannot run `bazelw {words[0]}`: exit code {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout.strip()

    def build(self, targets, *flags):
        """Returns wall seconds."""
        started = time.monotonic()
        self.run("build", "--disk_cache=", "--remote_cache=", "--symlink_prefix=/", *flags, *targets)
        return time.monotonic() - started


def families(bazel):
    labels = bazel.run("query", "labels(families, //docs:image_list)").split()
    return sorted(label.split(":")[0] for label in labels)


def actions(events):
    """The number of executed actions by mnemonic."""
    for line in events.read_text().splitlines():
        metrics = json.loads(line).get("buildMetrics")
        if metrics:
            data = metrics["actionSummary"].get("actionData", [])
            return {entry["mnemonic"]: int(entry.get("actionsExecuted", 0)) for entry in data}
    sys.exit(f"error: cannot read `{events}`: it has no build metrics")


def layers(layout):
    """The files of the only image of a layout."""
    blob = lambda descriptor: layout / "blobs" / descriptor["digest"].replace(":", "/")
    document = json.loads((layout / "index.json").read_text())
    while "manifests" in document:
        document = json.loads(blob(document["manifests"][0]).read_text())
    return [blob(descriptor) for descriptor in document["layers"]]


def gzip_9(file, known):
    """The size of a layer's archive after `gzip -9`; each is compressed once."""
    if file.name not in known:
        plain = subprocess.Popen(["gzip", "-dc", file.resolve()], stdout=subprocess.PIPE)
        packed = subprocess.Popen(["gzip", "-9"], stdin=plain.stdout, stdout=subprocess.PIPE)
        size = 0
        while piece := packed.stdout.read(1 << 20):
            size += len(piece)
        if plain.wait() or packed.wait():
            sys.exit(f"error: cannot compress `{file}`")
        known[file.name] = size
    return known[file.name]


def sizes(bazel, packages, architectures):
    """Prints a line for each image; returns the worst ratio."""
    bin_folder = pathlib.Path(bazel.run("info", "bazel-bin"))
    known, worst = {}, 0
    print(f"\n{'image':<40}{'MB':>8}{'gzip -9':>9}{'ratio':>8}")
    for package in packages:
        pattern = re.compile(r".*_(%s)" % "|".join(architectures))
        for layout in sorted((bin_folder / package.removeprefix("//")).iterdir()):
            if not pattern.fullmatch(layout.name) or not (layout / "index.json").is_file():
                continue
            files = layers(layout)
            ours, theirs = sum(file.stat().st_size for file in files), sum(gzip_9(file, known) for file in files)
            worst = max(worst, ours / theirs)
            print(f"{package + ':' + layout.name:<40}{ours / 1e6:>8.2f}{theirs / 1e6:>9.2f}{ours / theirs:>8.3f}")
    if not known:
        sys.exit("error: cannot compare sizes: no image was built for these architectures")
    return worst


def clean_build(bazel, packages, limits):
    """Prints times and counts; returns whether they are within the limits."""
    targets = [package + ":all" for package in packages]
    events = pathlib.Path(f"{bazel.base}.events")
    bazel.build(targets, "--nobuild")
    clean = bazel.build(targets, f"--build_event_json_file={events}")
    counts = actions(events)
    events.unlink()
    no_op = min(bazel.build(targets) for _ in range(3))
    print(f"clean build {clean:.0f} s, no-op {no_op:.2f} s, {sum(counts.values())} actions")
    for mnemonic in IMAGE_ACTIONS:
        print(f"  {mnemonic} {counts.get(mnemonic, 0)}")
    return clean <= limits[0] and no_op <= limits[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--architectures", default="amd64", help="architectures whose sizes are compared, by OCI's names")
    parser.add_argument("--output-base", type=pathlib.Path, help="an output base with built images")
    parser.add_argument("--limit", type=float, default=480, help="seconds for the clean build")
    parser.add_argument("--no-op-limit", type=float, default=3, help="seconds for a build without changes")
    options = parser.parse_args()
    directory = None if options.output_base else pathlib.Path(tempfile.mkdtemp(prefix="distroless-images."))
    bazel = Bazel(options.output_base or directory / "base")
    try:
        packages = families(bazel)
        good = clean_build(bazel, packages, (options.limit, options.no_op_limit)) if directory else True
        worst = sizes(bazel, packages, options.architectures.split(","))
    finally:
        if directory:
            bazel.run("shutdown")
            subprocess.run(["chmod", "--recursive", "u+rwX", directory], check=False)
            shutil.rmtree(directory, ignore_errors=True)
    if not good or worst > 1:
        sys.exit("error: cannot accept the build: it is slower than its limits, or an image is larger than by gzip -9")


if __name__ == "__main__":
    main()
