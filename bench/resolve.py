"""Compares `debian_lock resolve` with apt-get and with a resolver in Starlark, on the same indexes, and prints ratios.

    ./bazelw run //bench:resolve [-- --runs 5 --starlark]

The indexes are those of Debian 12 (main, updates, security) for amd64, from the mirror that this machine's apt uses. All
caches are warm: apt has its binary cache, debian_lock has the texts of its last run (`--offline`). apt uses a private root
with an empty status file. CPU is user + system time of the process, wall its time from start to end, memory its peak. Each
run executes every resolver once, in turn; prints medians, and the ratio of the medians to `apt-get --print-uris`.

`--starlark` adds a module extension that reads the same index as rules_distroless does: split into lines, dicts of
architecture, name and version, then a walk over the first alternatives. It is measured in a Bazel server that runs already.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

SETS = {
    "cc": "base-files ca-certificates libc6 libgomp1 libssl3 libstdc++6 media-types netbase tzdata",
    "hundred": "python3 openjdk-17-jre-headless nginx",
    "mid": "python3 openjdk-17-jre-headless nginx postgresql-15 ffmpeg",
    "big": "task-gnome-desktop libreoffice texlive-full",
}

SUITES = [("debian", "bookworm"), ("debian", "bookworm-updates"), ("debian-security", "bookworm-security")]

MANIFEST = "version: 1\nsources:\n" + "".join(
    f"  - {{channel: {suite} main, archive: {archive}}}\n" for archive, suite in SUITES
) + "archs: [amd64]\npackages: []\n"


def spawn(argv, expected=0, **options):
    """Runs a process to its end; returns (cpu seconds, wall seconds, peak MiB)."""
    start = time.monotonic()
    process = subprocess.Popen(argv, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        raise SystemExit(f"error: cannot run `{' '.join(map(str, argv))}`: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def mirrors():
    """The URL of each repository, from this machine's environment or apt."""
    found = {}
    for archive in ("debian", "debian-security"):
        variable = archive.upper().replace("-", "_") + "_MIRROR"
        if os.environ.get(variable):
            found[archive] = os.environ[variable].split()[0].rstrip("/")
    files = [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(path.read_text() for path in files if path.is_file())
    for url in re.findall(r"https?://[^\s\]]+", text):
        found.setdefault(url.rstrip("/").rsplit("/", 1)[1], url.rstrip("/"))
    return found


class Apt:
    """A private root with the same sources."""

    def __init__(self, directory):
        self.directory = directory
        for name in ("etc/preferences.d", "state/lists/partial", "cache/archives/partial"):
            (directory / name).mkdir(parents=True)
        (directory / "status").write_text("")
        urls = mirrors()
        signed = "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg"
        lines = [f"deb [{signed} arch=amd64] {urls[archive]} {suite} main\n" for archive, suite in SUITES]
        (directory / "etc/sources.list").write_text("".join(lines))
        self.run(["update"])

    def run(self, arguments, **options):
        directory = self.directory
        settings = {
            "Dir::Etc": directory / "etc", "Dir::Etc::sourceparts": "/dev/null", "Dir::Etc::parts": "/dev/null",
            "Dir::State": directory / "state", "Dir::State::status": directory / "status", "Dir::Cache": directory / "cache",
            "APT::Architecture": "amd64", "APT::Architectures": "amd64", "Acquire::Languages": "none",
            "Debug::NoLocking": "1", "APT::Sandbox::User": "root",
        }
        flags = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        return spawn(["apt-get", "-qq", *flags, *arguments], stdout=subprocess.DEVNULL, **options)

    def install(self, mode, packages):
        return self.run([mode, "-y", "--no-install-recommends", "install", *packages.split()])

    def write_text(self, path):
        """The Packages texts for Bazel."""
        lists = sorted((self.directory / "state/lists").glob("*_Packages*"))
        with open(path, "wb") as out:
            for file in lists:
                subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", file], check=True, stdout=out)


class Ours:
    def __init__(self, directory, tool):
        self.directory, self.tool = directory, tool
        directory.mkdir()
        keyrings = directory / "keyrings"
        keyrings.mkdir()
        shutil.copy("debian_packages/keyrings/debian-archive-keyring.asc", keyrings)
        (directory / "bench.yaml").write_text(MANIFEST)
        self.resolve("netbase", [])

    def resolve(self, packages, flags):
        argv = [self.tool, "resolve", "--manifest", self.directory / "bench.yaml", "--arch", "amd64",
                "--cache", self.directory / "cache", *flags, *packages.split()]
        with open(self.directory / "out", "w", encoding="utf-8") as out:
            return spawn(argv, stdout=out, stderr=subprocess.DEVNULL)

    def count(self):
        return len((self.directory / "out").read_text().splitlines())


class Starlark:
    """A workspace whose extension parses the index and follows first alternatives."""

    def __init__(self, directory, bazel, apt):
        self.directory, self.bazel = directory, bazel
        directory.mkdir()
        shutil.copy("bench/starlark_index.bzl", directory / "index.bzl")
        apt.write_text(directory / "Packages")
        (directory / "BUILD.bazel").write_text("")
        (directory / "MODULE.bazel").write_text(
            'module(name = "bench")\nindex = use_extension("//:index.bzl", "index")\nuse_repo(index, "idx")\n')
        self.turn = 0
        self.resolve("netbase")

    def resolve(self, packages):
        self.turn += 1
        (self.directory / "requested.txt").write_text(f"{packages}\n{self.turn}\n")
        argv = [self.bazel, "query", "--lockfile_mode=off", "--noshow_progress", "@idx//:all"]
        return spawn(argv, cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="debian_lock")
    parser.add_argument("--bazel", default="bazel", help="Bazel, for --starlark")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--starlark", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch)
        apt, ours = Apt(directory / "apt"), Ours(directory / "ours", args.tool)
        starlark = Starlark(directory / "starlark", args.bazel, apt) if args.starlark else None
        for name, packages in SETS.items():
            ways = {
                "apt-get --print-uris": lambda p=packages: apt.install("--print-uris", p),
                "apt-get -s": lambda p=packages: apt.install("-s", p),
                "debian_lock resolve": lambda p=packages: ours.resolve(p, ["--offline"]),
            }
            if starlark:
                ways["Starlark extension (wall only)"] = lambda p=packages: starlark.resolve(p)
            measured = {way: [] for way in ways}
            for _ in range(args.runs):
                for way, run in ways.items():
                    measured[way].append(run())
            report(f"{name}: {ours.count()} packages", measured)


def report(title, measured):
    print(f"\n{title}\n{'way':32} {'cpu ms':>8} {'ratio':>6} {'wall ms':>8} {'ratio':>6} {'MiB':>5}")
    medians = {way: [statistics.median(column) for column in zip(*runs)] for way, runs in measured.items()}
    cpu0, wall0, _ = medians["apt-get --print-uris"]
    for way, (cpu, wall, memory) in medians.items():
        print(f"{way:32} {cpu * 1000:8.0f} {cpu / cpu0:6.2f} {wall * 1000:8.0f} {wall / wall0:6.2f} {memory:5.0f}")


if __name__ == "__main__":
    main()
