"""Measures the time that a lock of a thousand packages adds to the analysis of `//...`, which uses one package, and checks that no
other package is fetched for it.

    bench/hub.sh [--packages 1000] [--runs 5]

Makes a workspace that depends on this module, with and without a hub of PACKAGES x 5 architectures, and runs
`build --nobuild //...` in turn, each time with a fresh server. `first` starts without the hub's repositories (the lock makes
them again), `again` starts with them. "Wall" is the time of the command, "CPU" the time that its server used, including the
compilation of itself. Prints the medians, the best values and the time that the hub adds. Other work on the machine slows
all runs down. The exit code is 1 if the best run with the hub takes LIMIT seconds more than the best run without it; LIMIT is
1, 2 or 5 for up to 1000, 3000 or more packages.
"""

import argparse
import hashlib
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

# The packages of a hub, and the seconds that so many may add.
LIMITS = {1000: 1.0, 3000: 2.0}
LIMIT_OF_MORE = 5.0

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

# One package is used for one architecture, from a file next to the workspace.
BUILD = {
    "without": 'filegroup(name = "all")\n',
    "with": 'load("@hub//:packages.bzl", "package")\n\n'
            'filegroup(name = "all", srcs = [package("package-0", "amd64", "deb")])\n',
}
CONTENT = b"the package that is used"


def lock(packages, used):
    """A lock of the size and form of a real one; the URL of its first package is USED."""

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

    entries = {f"package-{n}": {a: entry(n, a) for a in ARCHITECTURES} for n in range(packages)}
    first = entries["package-0"]["amd64"]
    first |= {"sha256": hashlib.sha256(CONTENT).hexdigest(), "urls": [used]}
    return {
        "architectures": ARCHITECTURES,
        "distro": "bench",
        "packages": entries,
        "snapshot": "2026-11-21T02:34:56Z",
        "sources": {"bookworm": {"archive": "debian"}},
        "version": 1,
    }


class Workspace:
    """A workspace below DIRECTORY, with or without the hub, and its own output base."""

    def __init__(self, directory, kind, packages):
        self.path = directory / kind
        self.base = directory / f"{kind}.base"
        self.path.mkdir()
        hub = HUB if kind == "with" else ""
        (self.path / "MODULE.bazel").write_text(MODULE_BAZEL.format(module=MODULE) + hub)
        (self.path / "BUILD.bazel").write_text(BUILD[kind])
        (self.path / ".bazelrc").write_text("common --lockfile_mode=off --curses=no --color=no --noshow_progress\n")
        used = self.path / "used.deb"
        used.write_bytes(CONTENT)
        (self.path / "hub.lock.json").write_text(json.dumps(lock(packages, used.as_uri()), indent=2, sort_keys=True) + "\n")

    def bazel(self, *words):
        command = [MODULE / "bazelw", f"--output_base={self.base}", *words]
        return subprocess.run(command, cwd=self.path, check=True, capture_output=True, text=True,
                              env=os.environ | {"BAZELW_REFERENCE_TOOLS": "0"})

    def fetched(self):
        """The repositories that exist: the hub, and the packages that were fetched."""
        there = self.base / "external"
        names = [path.name for path in there.iterdir()] if there.is_dir() else []
        # `distroless~~debian~hub`, `distroless++deb_packages_amd64+hub_package-1_amd64`
        return sorted(name for name in names if re.search(r"[~+]hub(_|$)", name) and not name.startswith("@"))

    def forget_hub(self):
        """Moves the repositories away. ext4 does not use inodes again that were freed in the last minutes, and skips them
        one by one: after a removal, that took half of the time of the analysis."""
        for name in self.fetched():
            (self.base / "external" / f"@{name}.marker").unlink(missing_ok=True)
            (self.base / "external" / name).rename(tempfile.mkdtemp(prefix="forgotten.", dir=self.base.parent) + "/repository")

    def analyse(self):
        """One analysis by a fresh server that has already started, so that its start is not measured. Returns wall and CPU."""
        self.bazel("shutdown")
        server = self.bazel("info", "server_pid").stdout.strip()
        used, started = measure.cpu_seconds(server), time.monotonic()
        self.bazel("build", "--nobuild", "//...")
        return time.monotonic() - started, measure.cpu_seconds(server) - used


def collect(packages, runs):
    """The wall and CPU seconds of each analysis by (state, kind), and the repositories that the hub made."""
    # After SIGTERM, the Bazel servers must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="distroless-hub."))
    kinds = {}
    times = {}
    try:
        for kind in ("without", "with"):
            kinds[kind] = Workspace(directory, kind, packages)
            kinds[kind].bazel("build", "--nobuild", "//...")
        for _ in range(runs):
            for state in ("first", "again"):
                for kind, workspace in kinds.items():
                    if state == "first":
                        workspace.bazel("shutdown")
                        workspace.forget_hub()
                    times.setdefault((state, kind), []).append(workspace.analyse())
        repositories = kinds["with"].fetched()
    finally:
        for workspace in kinds.values():
            workspace.bazel("shutdown")
        subprocess.run(["chmod", "--recursive", "u+rwX", directory], check=False)
        shutil.rmtree(directory, ignore_errors=True)
    return times, repositories


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, help="seconds that the hub may add")
    options = parser.parse_args()
    limit = options.limit or next((seconds for packages, seconds in LIMITS.items() if options.packages <= packages), LIMIT_OF_MORE)
    times, repositories = collect(options.packages, options.runs)
    print(f"{options.packages} packages x {len(ARCHITECTURES)} architectures, {options.runs} runs, seconds")
    worst = 0
    for state in ("first", "again"):
        for figure, place, summary in (("wall, median", 0, statistics.median), ("wall, best", 0, min),
                                       ("CPU, median", 1, statistics.median)):
            without, with_hub = (summary(run[place] for run in times[state, kind]) for kind in ("without", "with"))
            print(f"{state}: {figure}: {without:.2f} without, {with_hub:.2f} with, adds {with_hub - without:.2f}")
            if figure == "wall, best":
                worst = max(worst, with_hub - without)
    print(f"repositories made: {', '.join(repositories)}")
    if worst > limit or len(repositories) != 2:
        sys.exit(f"error: cannot accept the hub: it may add {limit} s and make two repositories")


if __name__ == "__main__":
    main()
