"""What a lock of a thousand packages adds to the analysis of `//...`, and that no package is fetched for it.

    bench/hub.sh [--packages 1000] [--runs 5]

Makes a workspace that depends on this module, with and without a hub of PACKAGES x 5 architectures, and runs
`build --nobuild //...` in turn, each time by a fresh server. `first` starts without the hub's repositories (they are made
anew from the lock), `again` finds them there. Medians and what the hub adds to them are printed. The exit code is 1 when
the hub adds more than LIMIT.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ARCHITECTURES = ["amd64", "arm64", "armhf", "ppc64el", "s390x"]
MODULE = pathlib.Path(__file__).resolve().parent.parent

MODULE_BAZEL = """module(name = "bench")
bazel_dep(name = "distroless", version = "0.1.0")
local_path_override(module_name = "distroless", path = "{module}")
"""

HUB = """debian = use_extension("@distroless//rules:extensions.bzl", "debian")
debian.install(name = "hub", lock = "//:hub.lock.json")
use_repo(debian, "hub")
"""

# A name of the hub is used, in an attribute that loads nothing of it: a package that is not built is not fetched.
BUILD = {
    "without": 'filegroup(name = "all")\n',
    "with": 'load("@hub//:lock.bzl", "LOCK")\n\n'
            'filegroup(name = "all", tags = ["%d" % len(LOCK.packages)])\n',
}


def lock(packages):
    """A lock of the size and form of a real one."""

    def entry(number, architecture):
        name = f"package-{number}"
        return {
            "depends": [f"package-{number // 2}", f"package-{number // 3}"],
            "filename": f"pool/main/p/{name}/{name}_1.{number}-1_{architecture}.deb",
            "reason": f"dependency of package-{number // 2}",
            "sha256": f"{number:056x}{ARCHITECTURES.index(architecture):08x}",
            "size": 1000 + number,
            "source": f"source-{number // 3}",
            "source_version": f"1.{number}-1",
            "suite": "bookworm",
            "version": f"1.{number}-1",
        }

    return {
        "architectures": ARCHITECTURES,
        "distro": "bench",
        "packages": {f"package-{n}": {a: entry(n, a) for a in ARCHITECTURES} for n in range(packages)},
        "snapshot": "2026-11-21T02:34:56Z",
        "sources": {"bookworm": {"archive": "debian"}},
        "version": 1,
    }


class Workspace:
    """A workspace below FOLDER, with or without the hub, and its own output base."""

    def __init__(self, folder, kind, packages):
        self.path = folder / kind
        self.base = folder / f"{kind}.base"
        self.path.mkdir()
        hub = HUB if kind == "with" else ""
        (self.path / "MODULE.bazel").write_text(MODULE_BAZEL.format(module=MODULE) + hub)
        (self.path / "BUILD.bazel").write_text(BUILD[kind])
        (self.path / ".bazelrc").write_text("common --lockfile_mode=off --curses=no --color=no --noshow_progress\n")
        (self.path / "hub.lock.json").write_text(json.dumps(lock(packages), indent=2, sort_keys=True) + "\n")

    def bazel(self, *words):
        command = [MODULE / "bazelw", f"--output_base={self.base}", *words]
        return subprocess.run(command, cwd=self.path, check=True, capture_output=True, text=True,
                              env=os.environ | {"BAZELW_JUDGES": "0"})

    def fetched(self):
        """The hub's repositories that are there."""
        there = self.base / "external"
        return sorted(p.name for p in there.iterdir() if "hub" in p.name.split("~")[-1].split("+")[-1].split("_")[0]
                      and not p.name.startswith("@")) if there.is_dir() else []

    def forget_hub(self):
        for name in self.fetched():
            shutil.rmtree(self.base / "external" / name)
            (self.base / "external" / f"@{name}.marker").unlink(missing_ok=True)

    def seconds(self):
        """One analysis by a fresh server that is already there: its start is not what is measured."""
        self.bazel("shutdown")
        self.bazel("info", "release")
        started = time.monotonic()
        self.bazel("build", "--nobuild", "//...")
        return time.monotonic() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=2.0, help="seconds that the hub may add")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="distroless-hub."))
    kinds = {}
    times = {}
    try:
        for kind in ("without", "with"):
            kinds[kind] = Workspace(folder, kind, options.packages)
            kinds[kind].bazel("build", "--nobuild", "//...")
        for _ in range(options.runs):
            for state in ("first", "again"):
                for kind, workspace in kinds.items():
                    if state == "first":
                        workspace.bazel("shutdown")
                        workspace.forget_hub()
                    times.setdefault((state, kind), []).append(workspace.seconds())
        repositories = kinds["with"].fetched()
    finally:
        for workspace in kinds.values():
            workspace.bazel("shutdown")
        subprocess.run(["chmod", "--recursive", "u+rwX", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    medians = {key: statistics.median(values) for key, values in times.items()}
    print(f"{options.packages} packages x {len(ARCHITECTURES)} architectures, {options.runs} runs, medians in seconds")
    worst = 0
    for state in ("first", "again"):
        added = medians[state, "with"] - medians[state, "without"]
        worst = max(worst, added)
        print(f"{state}: {medians[state, 'without']:.2f} without, {medians[state, 'with']:.2f} with, adds {added:.2f}")
    print(f"repositories made: {', '.join(repositories)}")
    if worst > options.limit or len(repositories) != 1:
        sys.exit(f"error: cannot accept the hub: it may add {options.limit} s and make one repository")


main()
