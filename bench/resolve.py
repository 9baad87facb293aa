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
import subprocess
import tempfile

import measure

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
        (directory / "apt.conf").write_text(self.settings())
        self.run(["update"])

    def settings(self):
        """The text of apt.conf(5). Nothing of /etc/apt is read: images of Debian for Docker compress the indexes and switch off
        the binary cache, which makes apt several times slower."""
        directory = self.directory
        values = {
            "Dir::Etc": directory / "etc", "Dir::Etc::main": "/dev/null", "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::parts": "/dev/null", "Dir::State": directory / "state", "Dir::State::status": directory / "status",
            "Dir::Cache": directory / "cache", "APT::Architecture": "amd64", "APT::Architectures": "amd64",
            "Acquire::Languages": "none", "Debug::NoLocking": "1", "APT::Sandbox::User": "root",
        }
        return "".join(f'{key} "{value}";\n' for key, value in values.items())

    def run(self, arguments):
        environment = os.environ | {"APT_CONFIG": str(self.directory / "apt.conf")}
        return measure.run(["apt-get", "-qq", *arguments], stdout=subprocess.DEVNULL, env=environment)

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
            return measure.run(argv, stdout=out, stderr=subprocess.DEVNULL)

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
        return measure.run(argv, cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


AGAINST = "apt-get --print-uris"


def collect(tool, runs, bazel=None, names=tuple(SETS), modes=("--print-uris", "-s")):
    """For each set: the number of its packages, and the medians of each way: of apt-get in each mode, of ours, and with `bazel`
    of the extension."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch)
        apt, ours = Apt(directory / "apt"), Ours(directory / "ours", tool)
        starlark = Starlark(directory / "starlark", bazel, apt) if bazel else None
        found = {}
        for name in names:
            packages = SETS[name]
            ways = {f"apt-get {mode}": lambda p=packages, mode=mode: apt.install(mode, p) for mode in modes}
            ways["debian_lock resolve"] = lambda p=packages: ours.resolve(p, ["--offline"])
            if starlark:
                ways["Starlark extension (wall only)"] = lambda p=packages: starlark.resolve(p)
            several = {way: [] for way in ways}
            for _ in range(runs):
                for way, run in ways.items():
                    several[way].append(run())
            found[name] = ours.count(), {way: measure.medians(used) for way, used in several.items()}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="debian_lock")
    parser.add_argument("--bazel", default="bazel", help="Bazel, for --starlark")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--starlark", action="store_true")
    args = parser.parse_args()
    for name, (count, medians) in collect(args.tool, args.runs, args.bazel if args.starlark else None).items():
        report(f"{name}: {count} packages", medians)


def report(title, medians):
    print(f"\n{title}\n{'way':32} {'cpu ms':>8} {'ratio':>6} {'wall ms':>8} {'ratio':>6} {'MiB':>5}")
    base = medians[AGAINST]
    for way, used in medians.items():
        print(f"{way:32} {used.cpu * 1000:8.0f} {used.cpu / base.cpu:6.2f} {used.wall * 1000:8.0f} {used.wall / base.wall:6.2f} {used.peak:5.0f}")


if __name__ == "__main__":
    main()
