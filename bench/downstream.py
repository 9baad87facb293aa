"""Measures a user's workspace: the build of its first image, and of the app's image after a change of one file.

    bench/downstream.sh [--runs 5] [--flag=FLAG] [--prepare=--disk_cache=DIRECTORY --prepare=--remote_download_outputs=all]

Copies examples/workspace and uses a separate output base. First compiles the tools and downloads the packages, which is not measured.
Each run then discards the analysis and all outputs of images and builds `//custom` (9 packages, from scratch); and changes a file of
the app and builds `//app:index` (two platforms). "Wall" is the time of the command, "Bazel" the time that Bazel reports (`Elapsed
time`), "critical path" its longest chain of actions. No other tool can be compared here, so the figures are absolute, and other work on
the machine changes them. The exit code is 1 only if the change of a file ran other actions than expected.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import measure

MODULE = pathlib.Path(__file__).resolve().parent.parent

# The actions that may run after a file of an app has changed: one layer, and the metadata of two images and their
# index.
CHANGED = {"ImageCheck": 2, "ImageIndexWrite": 1, "ImageLayout": 1, "ImageReport": 3, "ImageWrite": 2, "LayerAssemble": 2}


class Workspace:
    """A copy of examples/workspace below DIRECTORY."""

    def __init__(self, directory, flags):
        self.path = directory / "workspace"
        self.base = directory / "base"
        self.log = directory / "log.json"
        self.flags = [f"--override_module=distroless={MODULE}", "--curses=no", "--color=no", "--noshow_progress", *flags]
        shutil.copytree(MODULE / "examples/workspace", self.path, ignore=shutil.ignore_patterns("bazel-*"))

    def bazel(self, command, *words):
        flags = self.flags if command == "build" else []
        line = [MODULE / "bazelw", f"--output_base={self.base}", command, *flags, *words]
        environment = os.environ | {"BAZELW_REFERENCE_TOOLS": "0", "BAZELW_MODULE_FILES": str(MODULE / "MODULE.bazel")}
        done = subprocess.run(line, cwd=self.path, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            sys.exit(f"error: cannot run `{command}`:\n{done.stderr}")
        return done

    def build(self, target):
        """Wall, Bazel's own time, its critical path, and how often each kind of action ran."""
        self.log.unlink(missing_ok=True)
        started = time.monotonic()
        done = self.bazel("build", f"--execution_log_json_file={self.log}", target)
        wall = time.monotonic() - started
        elapsed, path = (float(found) for found in re.search(r"Elapsed time: ([0-9.]+)s, Critical Path: ([0-9.]+)s", done.stderr).groups())
        ran = collections.Counter(entry["mnemonic"] for entry in measure.documents(self.log.read_text()))
        return wall, elapsed, path, ran

    def forget_images(self):
        self.bazel("build", "--discard_analysis_cache", "//custom")
        for directory in (self.base / "execroot/_main/bazel-out").glob("*/bin"):
            for made in [*directory.glob("app"), *directory.glob("custom"), *directory.glob("external/*debian*")]:
                subprocess.run(["chmod", "--recursive", "u+rwX", made], check=False)
                shutil.rmtree(made)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--flag", action="append", default=[], help="an additional option of Bazel, for all builds")
    parser.add_argument("--prepare", action="append", default=[], help="an option of Bazel for the builds that are not measured")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="distroless-downstream."))
    first, changed = [], []
    try:
        workspace = Workspace(directory, options.flag)
        started = time.monotonic()
        workspace.bazel("build", *options.prepare, "//custom", "//app:index")
        print(f"tools, downloads and images: {time.monotonic() - started:.0f} s (not measured)")
        for _ in range(options.runs):
            workspace.forget_images()
            first.append(workspace.build("//custom"))
        workspace.bazel("build", "//app:index")
        for number in range(options.runs):
            (workspace.path / "app/settings.json").write_text(json.dumps({"greeting": f"number {number}"}) + "\n")
            changed.append(workspace.build("//app:index"))
    finally:
        workspace.bazel("shutdown")
        subprocess.run(["chmod", "--recursive", "u+rwX", directory], check=False)
        shutil.rmtree(directory, ignore_errors=True)
    for what, runs in (("first image of a workspace", first), ("one file of an app changed, two platforms", changed)):
        ran = " ".join(f"{count} {mnemonic}" for mnemonic, count in sorted(runs[-1][3].items()))
        for figure, place in (("wall", 0), ("Bazel's", 1), ("critical path", 2)):
            values = [run[place] for run in runs]
            print(f"{what}: {figure}: median {statistics.median(values):.2f} s, best {min(values):.2f} s, {len(runs)} runs")
        print(f"{what}: ran {ran}")
    more = {mnemonic: count for *_, ran in changed for mnemonic, count in ran.items() if count > CHANGED.get(mnemonic, 0)}
    if more:
        sys.exit(f"error: cannot accept the actions after a changed file: {more}")


if __name__ == "__main__":
    main()
