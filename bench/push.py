"""Measures the push of many images to a registry on this machine, beside `crane push`, one tag after another.

    bazel run //bench:push -- [--only 'static-debian12:*'] [--runs 1] [--peer crane|skopeo]

The peer must be on PATH. `--//nodejs:published=false` leaves out the images of a family.

Both push the same tags (moving ones only) of the plan of `//:publish` to a new registry: that of `//tools/test_registry`, which
counts requests. The peer gets an OCI layout for each tag, which is made before and is not measured. Then ours pushes again, and
must only read. Prints, for both: seconds, CPU seconds of the program, requests, those that write, and the largest memory of a
process, with the ratios. The exit code is 1 if the second push writes, or if a tag has another digest than the peer's.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing

import measure

# Requests that change a registry.
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Registry:
    """A new registry on this machine; `requests` has those since the last look."""

    def __init__(self, program, directory):
        self.directory = directory
        self.log = directory / "requests"
        port_file = directory / "port"
        line = [program, "--directory", directory / "blobs", "--log", self.log, "--port-file", port_file]
        (directory / "blobs").mkdir()
        self.process = subprocess.Popen(line)
        deadline = time.monotonic() + 30
        while not port_file.exists():
            if time.monotonic() > deadline:
                sys.exit("error: cannot start the registry: no port after 30 s")
            time.sleep(0.02)
        self.name = f"localhost:{port_file.read_text().strip()}"
        self.seen = 0

    def requests(self):
        """The methods of the requests since the last call. The registry writes its log with a delay."""
        time.sleep(0.3)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        found, self.seen = lines[self.seen:], len(lines)
        return [line.split(" ", 1)[0] for line in found]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def measured(lines, environment):
    """Runs commands one after another, and returns what they used together."""
    used = [measure.quietly(line, env=environment) for line in lines]
    return measure.total(used, sum(one.wall for one in used))


def tags(output):
    """The digest of each tag, from the lines that image_push prints: `REPOSITORY:TAG@DIGEST STATE`."""
    found = {}
    for line in output.splitlines():
        reference, _, digest = line.split(" ")[0].partition("@")
        found[reference.partition("/")[2]] = digest
    return found


class Images:
    """The images of a plan, as layouts for the peer."""

    def __init__(self, plan, root, directory):
        self.plan, self.root, self.directory = plan, root, directory

    def layout(self, image):
        """Makes the layout of one image with links, and returns its path."""
        root = json.loads((self.root / image["root"]).read_text())
        path = self.directory / root["digest"].replace(":", "-")
        if path.exists():
            return path
        blobs = path / "blobs/sha256"
        blobs.mkdir(parents=True)
        files = {}
        for document in image["documents"]:
            files[self.digest(self.root / document)] = self.root / document
        for number in image["layers"]:
            layer = self.plan["layers"][number]
            files[json.loads((self.root / layer["metadata"]).read_text())["digest"].partition(":")[2]] = self.root / layer["blob"]
        for digest, file in files.items():
            (blobs / digest).symlink_to(file.resolve())
        (path / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [root]}))
        return path

    def digest(self, file):
        return hashlib.sha256(file.read_bytes()).hexdigest()


class Figures(typing.NamedTuple):
    """A push: seconds, CPU seconds, MiB of the largest process, requests, and those that write."""

    wall: float
    cpu: float
    peak: float
    requests: int
    writes: int


def report(name, figures):
    print(f"{name}: {figures.wall:.2f} s, CPU {figures.cpu:.2f} s, {figures.requests} requests, {figures.writes} that write, at most {figures.peak:.0f} MiB")


def figures_of(used, registry):
    found = registry.requests()
    return Figures(used.wall, used.cpu, used.peak, len(found), sum(method in WRITES for method in found))


def ours(arguments, registry):
    """The command line that pushes the plan to the registry."""
    line = [arguments.image_push, "push", "--plan", arguments.plan, "--repository", f"{registry.name}/bench", "--no-dates"]
    return line + [word for pattern in arguments.only for word in ("--only", pattern)]


def commands_of(peer, registry, images, wanted):
    """The command lines of the peer, one for each tag."""
    by_digest = {}
    for image in images.plan["images"]:
        by_digest[json.loads((images.root / image["root"]).read_text())["digest"]] = image
    program = measure.program(peer) or peer
    lines = []
    for reference, digest in sorted(wanted.items()):
        layout = images.layout(by_digest[digest])
        if peer == "crane":
            lines.append([program, "push", layout, f"{registry.name}/{reference}"])
        else:
            lines.append([program, "--insecure-policy", "copy", "--all", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{registry.name}/{reference}"])
    return lines


def run(arguments, peers, directory, environment):
    """One measurement: the figures of ours, of the second push, and of each peer; and the number of tags."""
    figures = {}
    registry = Registry(arguments.registry, directory_in(directory, "ours"))
    try:
        for name in ("ours", "ours again"):
            output = directory / "output"
            line = ["bash", "-c", 'out=$1; shift; exec "$@" >"$out"', "bash", output, *map(str, ours(arguments, registry))]
            figures[name] = figures_of(measured([line], environment), registry)
        wanted = tags(output.read_text())
    finally:
        registry.stop()
    plan = json.loads(arguments.plan.read_text())
    images = Images(plan, arguments.runfiles, directory_in(directory, "layouts"))
    for peer in peers:
        registry = Registry(arguments.registry, directory_in(directory, "peer"))
        try:
            figures[peer] = figures_of(measured(commands_of(peer, registry, images, wanted), environment), registry)
            found = {reference: digest_of(f"{registry.name}/{reference}", environment) for reference in list(wanted)[:20]}
        finally:
            registry.stop()
        for reference, digest in found.items():
            if digest != wanted[reference]:
                sys.exit(f"error: cannot compare `{reference}`: the digest of {peer} is {digest}, ours {wanted[reference]}")
    return figures, len(wanted)


def collect(arguments, peers):
    """The medians of ours, of the second push and of the peers, and the number of tags."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="distroless-push."))
    environment = os.environ | {"DOCKER_CONFIG": str(directory), "RUNFILES_DIR": str(arguments.runfiles)}
    runs = []
    try:
        for _ in range(arguments.runs):
            figures, count = run(arguments, peers, directory, environment)
            runs.append(figures)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    middle = {name: measure.medians([figures[name] for figures in runs]) for name in runs[0]}
    if middle["ours again"].writes:
        sys.exit("error: cannot accept the second push: it wrote")
    return middle, count


def digest_of(reference, environment):
    done = subprocess.run(["crane", "digest", reference], capture_output=True, text=True, env=environment, check=True)
    return done.stdout.strip()


def directory_in(directory, name):
    made = directory / name
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    return made


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image-push", type=pathlib.Path, required=True)
    parser.add_argument("--registry", type=pathlib.Path, required=True)
    parser.add_argument("--plan", type=pathlib.Path, required=True, help="the plan of `//:publish`")
    parser.add_argument("--runfiles", type=pathlib.Path, required=True, help="the directory that paths of the plan begin at")
    parser.add_argument("--only", action="append", default=[], help="push only matching images")
    parser.add_argument("--peer", choices=["crane", "skopeo"], default="crane")
    parser.add_argument("--runs", type=int, default=1)
    return parser.parse_args()


def main():
    arguments = options()
    middle, count = collect(arguments, [arguments.peer])
    print(f"{count} tags, {arguments.runs} runs, medians")
    for name, figures in middle.items():
        report(name, figures)
    mine, peer = middle["ours"], middle[arguments.peer]
    print(f"ours / {arguments.peer}: time {mine.wall / peer.wall:.3f}, CPU {mine.cpu / peer.cpu:.3f}, requests {mine.requests / peer.requests:.3f}")


if __name__ == "__main__":
    main()
