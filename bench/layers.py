"""Compares our debs -> layers -> image with pipelines of public tools on the same packages, and prints ratios.

    ./bazelw run //bench:layers [-- --runs 5 --peer NAME=PROGRAM]

Each run executes every pipeline once, in turn, so a machine that slows down slows all of them. CPU is user + system time of
all processes of a pipeline, wall is its time from start to end, memory the largest single process. Prints medians, and the
ratio of the medians to `dpkg-deb | gzip -6`. `ours, merged` makes one layer of all packages from uncompressed parts, as the
rules do, and `from gzip` from finished layers. Then prints the peak memory of a worker with the largest package of the set.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import assembly
import measure

LANES = 2


def extraction(deb, base, compression):
    """Options of deb_extractor, and its outputs: the metadata and the layer."""
    layer = f"{base}.tar.gz" if compression == "gzip" else f"{base}.tar"
    argv = ["--deb", deb, "--name", deb.stem, "--created-by", "bench", "--compression", compression,
            "--layer", layer, "--metadata", f"{base}.json", "--mtree", f"{base}.mtree"]
    return argv, (f"{base}.json", layer)


def extract(debs, out, tools, compression):
    """One deb_extractor per package, two at a time: what they used, and their outputs."""

    def one(deb):
        argv, layer = extraction(deb, out / deb.stem, compression)
        return measure.run([tools["deb_extractor"], *argv]), layer

    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        done = list(lanes.map(one, debs))
    return [used for used, _ in done], [layer for _, layer in done]


def ours(debs, out, tools):
    """The layers, then one index_writer for the image."""
    used, layers = extract(debs, out, tools, "gzip")
    return used + [assemble(layers, out, tools)]


def merged(compression):
    """One layer of all packages (`single`, `flatten`), from layers with this compression."""

    def run(debs, out, tools):
        parts = out / "parts"
        parts.mkdir()
        used, layers = extract(debs, parts, tools, compression)
        inputs = [{"file": layer, "metadata": metadata, "mtree": f"{metadata.removesuffix('.json')}.mtree", "name": layer}
                  for metadata, layer in layers]
        (out / "inputs.json").write_text(json.dumps(inputs))
        used.append(measure.run([tools["layer_assembler"], "merge", "--inputs", out / "inputs.json", "--name", "merged",
                                 "--created-by", "merge", "--history-of-inputs", "--layer", out / "merged.tar.gz",
                                 "--metadata", out / "merged.json", "--mtree", out / "merged.mtree"]))
        return used

    return run


def varint(number):
    if number < 128:
        return bytes([number])
    return bytes([number & 127 | 128]) + varint(number >> 7)


def request(number, arguments):
    """A message `WorkRequest` of Bazel's worker protocol, after its length."""
    fields = [b"\x0a" + varint(len(argument)) + argument for argument in map(os.fsencode, arguments)]
    message = b"".join(fields) + b"\x18" + varint(number)
    return varint(len(message)) + message


def worker_memory(deb, tools, requests):
    """The memory of a worker that makes the layer of a package several times at once, in MiB."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        messages = [request(number + 1, extraction(deb, f"{directory}/{number}", "gzip")[0]) for number in range(requests)]
        messages_file = pathlib.Path(directory, "requests")
        messages_file.write_bytes(b"".join(messages))
        with open(messages_file, "rb") as source:
            used = measure.run([tools["deb_extractor"], "--persistent_worker"], stdin=source, stdout=subprocess.DEVNULL)
        made = len(list(pathlib.Path(directory).glob("*.tar.gz")))
        if made != requests:
            raise SystemExit(f"error: cannot measure the worker: it made {made} layers; expected {requests}")
        return used.peak


def assemble(layers, out, tools):
    [(argv, _)] = assembly.ours(tools).lines(layers, out)
    return measure.run(argv)


def pipeline(*stages):
    """`dpkg-deb --fsys-tarfile DEB | stages` for each package, one after another."""

    def run(debs, out, _tools):
        used = []
        for deb in debs:
            with open(out / f"{deb.stem}.tar.gz", "wb") as target:
                used += piped(["dpkg-deb", "--fsys-tarfile", deb], list(stages), target)
        return used

    return run


def piped(first, second, target):
    """Runs `first | second > target`."""
    started = time.monotonic()
    source = subprocess.Popen(first, stdout=subprocess.PIPE)
    used = measure.run(second, stdin=source.stdout, stdout=target)
    source.stdout.close()
    return [used, measure.finish(source, started)]


def unpacked(debs, out, _tools):
    """One directory with all packages, and its archive as one layer: the way of a Dockerfile or of debootstrap."""
    root = out / "root"
    root.mkdir()
    used = [measure.run(["dpkg-deb", "--extract", deb, root]) for deb in debs]
    with open(out / "all.tar.gz", "wb") as target:
        used += piped(["tar", "--create", "--sort=name", "--numeric-owner", "--directory", root, "."], ["gzip", "-6", "-n"], target)
    return used


def mmdebstrap(debs, out, _tools):
    """mmdebstrap extracts the packages of a local archive to a directory, and packs it as one layer."""
    # Without dependencies, so that exactly these packages are extracted.
    fields, folder, index = ["Package", "Version", "Architecture", "Maintainer", "Description"], out / "archive", []
    folder.mkdir()
    for deb in debs:
        (folder / deb.name).symlink_to(deb)
        described = subprocess.run(["dpkg-deb", "--field", deb, *fields], capture_output=True, text=True, check=True).stdout
        digest = hashlib.sha256(deb.read_bytes()).hexdigest()
        index.append(f"{described}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n")
    (folder / "Packages").write_text("\n".join(index))
    names = ",".join(deb.name.partition("_")[0] for deb in debs)
    line = ["mmdebstrap", "--quiet", "--variant=extract", "--format=tar", f"--include={names}", "--architectures=amd64"]
    return [measure.quietly([*mmdebstrap.before, *line, "", out / "all.tar.gz", f"deb [trusted=yes] copy://{folder} ./"])]


# The words of strace, while the programs of a way are counted that starts others.
mmdebstrap.before = []


def program(path):
    """A pipeline that is not ours: `PATH OUT DEB…`, which writes its layers to OUT/*.tar.gz."""

    def run(debs, out, _tools):
        return [measure.quietly([*run.before, path, out, *debs])]

    run.before = []
    return run


def programs(way, debs, tools):
    """The number of programs that one run of a way starts, or None if strace would have to count them and is missing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        out = pathlib.Path(directory)
        if not hasattr(way, "before"):
            return len(way(debs, out, tools))
        if not measure.STRACE:
            return None
        log = out / "programs.log"
        way.before = [*measure.STRACE, f"--output={log}"]
        try:
            way(debs, out, tools)
        finally:
            way.before = []
        return len(log.read_text().splitlines())


AGAINST = "dpkg-deb | gzip -6"

# The pipelines of public tools: the command of each must be on PATH.
PEERS = {
    AGAINST: ("gzip", pipeline("gzip", "-6", "-n")),
    "dpkg-deb | pigz -6": ("pigz", pipeline("pigz", "-6", "-n")),
    "dpkg-deb | gzip -9": ("gzip", pipeline("gzip", "-9", "-n")),
    "dpkg-deb | libdeflate-gzip -6": ("libdeflate-gzip", pipeline("libdeflate-gzip", "-6")),
    "dpkg-deb -x, tar | gzip -6": ("tar", unpacked),
    "mmdebstrap, tar, gzip": ("mmdebstrap", mmdebstrap),
}


def ways_of(peers):
    """Our ways, the available ones of PEERS, and those of NAME=PROGRAM; and the names of the others with their commands."""
    found = {"ours": ours, "ours, merged": merged("none"), "ours, merged from gzip": merged("gzip")}
    found |= {name: way for name, (command, way) in PEERS.items() if shutil.which(command)}
    found |= {name: program(os.path.abspath(path)) for name, path in peers.items()}
    return found, {name: command for name, (command, _) in PEERS.items() if name not in found}


def size_of(out):
    return sum(f.stat().st_size for f in out.glob("*.tar.gz"))


def once(way, debs, tools):
    """The use of one run of a way, and the bytes of its layers."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        out = pathlib.Path(directory)
        start = time.monotonic()
        used = way(debs, out, tools)
        return measure.total(used, time.monotonic() - start), size_of(out)


def collect(debs, tools, ways, runs):
    """The medians of each way: (what it used, bytes). The first round only warms the caches."""
    found = {name: [] for name in ways}
    for number in range(runs + 1):
        for name, way in ways.items():
            one = once(way, debs, tools)
            if number:
                found[name].append(one)
    return {name: (measure.medians([used for used, _ in several]), several[0][1]) for name, several in found.items()}


def assemblies(debs, tools, runs, checkout):
    """The image from finished layers: (the medians of what each way used, the programs it starts), and the missing ways."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        out = pathlib.Path(directory)
        _, made = extract(debs, out, tools, "gzip")
        ways, missing = assembly.ways_of(tools, checkout)
        return assembly.collect([tuple(map(str, layer)) for layer in made], ways, runs), missing


def table(title, found):
    print(f"\n{title}")
    print(f"{'way':34} {'cpu ms':>9} {'ratio':>6} {'wall ms':>9} {'ratio':>6} {'peak MiB':>9} {'bytes':>12} {'ratio':>6}")
    base, base_bytes = found[AGAINST]
    for name, (used, size) in found.items():
        print(f"{name:34} {used.cpu * 1000:9.0f} {used.cpu / base.cpu:6.2f} {used.wall * 1000:9.0f} {used.wall / base.wall:6.2f} "
              f"{used.peak:9.1f} {size:12.0f} {size / base_bytes:6.3f}")


def sets(entries):
    """The packages of NAME=FILE,… by their names."""
    parts = (entry.partition("=") for entry in entries)
    return {name: [pathlib.Path(file).resolve() for file in files.split(",")] for name, _, files in parts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PROGRAM", help="a further pipeline: `PROGRAM OUT DEB…`")
    parser.add_argument("--rules-oci", type=pathlib.Path, metavar="CHECKOUT", help="the scripts of rules_oci make images as well")
    parser.add_argument("--set", action="append", metavar="NAME=FILE,…", required=True)
    parser.add_argument("--tool", action="append", metavar="FILE", required=True)
    options = parser.parse_args()
    tools = {pathlib.Path(t).name: os.path.abspath(t) for t in options.tool}
    ways, missing = ways_of(dict(entry.split("=", 1) for entry in options.peer))
    for name, command in missing.items():
        print(f"left out: {name} ({command} is not on this machine)")
    for name, debs in sets(options.set).items():
        found = collect(debs, tools, ways, options.runs)
        table(f"{name}: {len(debs)} packages, {options.runs} runs each, {os.cpu_count()} cores", found)
        images, missing = assemblies(debs, tools, options.runs, options.rules_oci)
        print(f"image from finished layers: {json.dumps(missing)} are missing" if missing else "image from finished layers")
        for way, (used, programs_of_way) in images.items():
            print(f"{way:38} {used.cpu * 1000:9.1f} cpu ms {used.wall * 1000:9.1f} wall ms {programs_of_way} programs")
        largest = max(debs, key=lambda deb: deb.stat().st_size)
        peaks = [worker_memory(largest, tools, requests) for requests in (1, 2)]
        print(f"{'worker with 1 and 2 requests':34} {peaks[0]:.1f} and {peaks[1]:.1f} MiB ({largest.stem})")


if __name__ == "__main__":
    main()
