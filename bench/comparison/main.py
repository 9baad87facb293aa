"""Compares our images for Debian 12 and amd64 with others, and writes all values to a JSON file.

    bazel run //bench:comparison -- [--alpine FILE] [--tracker FILE] [--runs 9]

Run it as root on a Debian machine with mmdebstrap, apt, umoci, runc and skopeo on PATH. The page docs/comparison.md is made from
the values, and describes each measurement.
"""

import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import contents
import issues
import layouts
import older
import peers
import pulls
import start

RELEASE = "bookworm"
NEEDED = ["apt-get", "dpkg-deb", "mmdebstrap", "umoci", "runc", "skopeo"]

# The families whose update is pulled.
UPDATED = ["base"]

MISSING = [
    {
        "name": "Wolfi (apko)",
        "reason": "apko, Wolfi's packages and its images were not available on the machine, and no exact published sizes were found",
    },
    {
        "name": "Google's distroless images",
        "reason": "their registry was not available on the machine; their README states about 2 MiB for static, and no exact published sizes were found",
    },
]


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", action="append", required=True, metavar="NAME=LAYOUT", help="an image of ours")
    parser.add_argument("--extractor", type=pathlib.Path, required=True, help="the program deb_extractor")
    parser.add_argument("--registry", type=pathlib.Path, required=True, help="the program test_registry")
    parser.add_argument("--debug-image", type=pathlib.Path, required=True, help="a debug image, whose static BusyBox is the program that starts")
    parser.add_argument("--published", type=pathlib.Path, required=True, help="sizes that others published")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the JSON file to write")
    parser.add_argument("--sources", type=pathlib.Path, default="/etc/apt/sources.list.d/debian.sources", help="apt's sources of bookworm, with updates and security updates (deb822)")
    parser.add_argument("--alpine", type=pathlib.Path, help="Alpine's minirootfs archive for x86_64")
    parser.add_argument("--tracker", type=pathlib.Path, help="the JSON document of Debian's security tracker")
    parser.add_argument("--runs", type=int, default=9, help="rounds of the start time")
    parser.add_argument("--commit", default="", help="the commit that the images are from")
    return parser.parse_args()


class Comparison:
    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, pathlib.Path(directory)
        self.debian = peers.Debian(directory, arguments.sources.read_text(), RELEASE)
        self.images, self.roots, self.notes = {}, {}, {}

    def add(self, name, image, group, note):
        self.images[name] = image
        self.roots[name] = contents.root(image.layers())
        self.notes[name] = {"group": group, "description": note}

    def ours(self):
        """Our images, by the names of their families."""
        found = dict(word.split("=", 1) for word in self.arguments.image)
        for family, layout in found.items():
            self.add(f"{family}-debian12", layouts.Image(layout), family, "this project")

    def packages(self, family):
        """The packages of an image of ours that slim does not have by itself."""
        return sorted(contents.packages(self.roots[f"{family}-debian12"]))

    def slim(self):
        """Debian slim, and images of a Dockerfile that installs our packages on it; also their older versions."""
        families = [name.removesuffix("-debian12") for name in self.images if name != "static-debian12"]
        roots = self.slim_roots(families)
        first = peers.layer(roots["slim"])
        self.add("slim", self.layout("slim", [(first, "slim")]), "static", "Debian slim, built here by its recipe")
        for family in families:
            second = self.added(roots["slim"], roots[family], family)
            name = f"slim-{family}"
            self.add(name, self.layout(name, [(first, "slim"), (second, "RUN apt-get install")]), family, f"the packages of {family}-debian12, installed on slim by apt")
        return roots

    def slim_roots(self, families):
        """The archives of slim and of each family's packages on it; those with `-old` are from before the updates."""
        packages = {"slim": []} | {family: self.packages(family) for family in families}
        wanted = [(name, True) for name in packages] + [(name, False) for name in ["slim", *UPDATED]]

        def root(name, updates):
            full = name if updates else f"{name}-old"
            return full, self.debian.root(full, packages[name], updates)

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(pool.map(lambda pair: root(*pair), wanted))

    def alpine(self):
        if self.arguments.alpine:
            image, version = peers.alpine(self.arguments.alpine, self.directory)
            self.add("alpine", image, "static", f"Alpine {version}, the archive `minirootfs`")

    def layout(self, name, layers):
        return layouts.write(self.directory / f"{name}.oci", layers, peers.CONFIG)

    def added(self, old, new, name):
        """The compressed layer of the difference of two roots."""
        plain = self.directory / f"{name}.layer.tar"
        peers.difference(old, new, plain)
        return peers.layer(plain)

    def updates(self, roots):
        """The figures of pulls of an update: ours, a Dockerfile on a new slim, and an upgrade in the Dockerfile."""
        release = older.Release(self.directory / "release", self.arguments.sources.read_text(), RELEASE)
        old_slim = peers.layer(roots["slim-old"])
        found = []
        for family in UPDATED:
            new = self.images[f"{family}-debian12"]
            work = self.directory / f"{family}.older"
            work.mkdir()
            old, changed = older.image(new, release, self.arguments.extractor, work)
            found.append({"name": f"{family}-debian12", "how": "layers of packages", "packages": changed} | self.pulled(old, new))
            installed = self.added(roots["slim-old"], roots[f"{family}-old"], f"{family}-old")
            layers = [(old_slim, "slim"), (installed, "RUN apt-get install")]
            old = self.layout(f"slim-{family}-old", layers)
            changed = self.changed(old, self.images[f"slim-{family}"])
            found.append({"name": f"slim-{family}", "how": "built again on a new slim", "packages": changed} | self.pulled(old, self.images[f"slim-{family}"]))
            upgrade = self.added(roots[f"{family}-old"], roots[family], f"{family}-upgrade")
            new = self.layout(f"slim-{family}-upgrade", [*layers, (upgrade, "RUN apt-get upgrade")])
            found.append({"name": f"slim-{family}", "how": "`apt-get upgrade` as a further layer", "packages": changed} | self.pulled(old, new))
        return found

    def changed(self, old, new):
        """The packages with different versions in two images of apt."""
        before, after = (versions(contents.root(image.layers())) for image in (old, new))
        return [{"package": name, "old": before[name], "new": after[name]} for name in sorted(after) if before.get(name, after[name]) != after[name]]

    def pulled(self, old, new):
        return pulls.update(self.arguments.registry, old, new, self.directory / "pull")

    def values(self):
        here = machine()
        self.ours()
        roots = self.slim()
        self.alpine()
        busybox = start.busybox(layouts.Image(self.arguments.debug_image), self.directory)
        times = start.medians(self.images, busybox, self.directory, self.arguments.runs)
        tracker = json.loads(self.arguments.tracker.read_text()) if self.arguments.tracker else None
        rows = []
        for name, image in self.images.items():
            row = {"name": name, "digest": image.digest, "layers": len(image.layers()), "compressed_bytes": image.compressed_bytes()}
            row |= self.notes[name] | contents.count(self.roots[name]) | times[name]
            debian = name != "alpine"
            row["issues"] = issues.count(tracker, contents.packages(self.roots[name]), RELEASE) if tracker and debian else None
            rows.append(row)
        return {
            "version": 1,
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
            "commit": self.arguments.commit,
            "machine": here,
            "runs": self.arguments.runs,
            "images": rows,
            "updates": self.updates(roots),
            "published": json.loads(self.arguments.published.read_text())["images"],
            "missing": MISSING,
        }


def versions(entries):
    """The version of each package of a dpkg database."""
    text = entries["var/lib/dpkg/status"].data.decode(errors="replace")
    return {fields["Package"]: fields["Version"] for fields in contents.paragraphs(text) if "Version" in fields}


def machine():
    """The processor, the load of the last 5 minutes, the system and the programs."""
    processor = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"processor": processor, "cores": os.cpu_count(), "load": round(os.getloadavg()[1], 1), "kernel": platform.release(), "runc": version("runc"), "umoci": version("umoci"), "skopeo": version("skopeo")}


def version(program):
    text = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return next((word for word in text.split() if word[0].isdigit()), "unknown").rstrip(",")


def main():
    arguments = options()
    for program in NEEDED:
        if not shutil.which(program):
            sys.exit(f"error: cannot find `{program}`: it is not on PATH\nhint: install the package `{program}`")
    if os.geteuid():
        sys.exit("error: cannot unpack images: this user is not root, so files do not get their owners\nhint: run it as root")
    with tempfile.TemporaryDirectory(prefix="distroless-comparison.") as directory:
        values = Comparison(arguments, directory).values()
    arguments.output.write_text(json.dumps(values, indent=2) + "\n")
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main()
