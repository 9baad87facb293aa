"""Compares our debs -> layers -> image with pipelines of public tools on the same packages, and prints ratios.

    ./bazelw run //bench:layers [-- --runs 5]

Each run executes every pipeline once, in turn, so a machine that slows down slows all of them. CPU is user + system time of
all processes of a pipeline, wall is its time from start to end, memory the largest single process. Prints medians, and the
ratio of the medians to `dpkg-deb | gzip -6`. `ours, merged` makes one layer of all packages from uncompressed parts, as the
rules do, and `from gzip` from finished layers. Then prints the peak memory of a worker with the largest package of the set.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

LANES = 2


def spawn(argv, **options):
    """Runs one process to its end; returns (cpu seconds, peak KiB)."""
    process = subprocess.Popen(argv, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"error: cannot run `{argv[0]}`: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def extraction(deb, base, compression):
    """Options of deb_extractor, and its outputs: the metadata and the layer."""
    layer = f"{base}.tar.gz" if compression == "gzip" else f"{base}.tar"
    argv = ["--deb", deb, "--name", deb.stem, "--created-by", "bench", "--compression", compression,
            "--layer", layer, "--metadata", f"{base}.json", "--mtree", f"{base}.mtree"]
    return argv, (f"{base}.json", layer)


def extract(debs, out, tools, compression):
    """One deb_extractor per package, two at a time."""

    def one(deb):
        argv, layer = extraction(deb, out / deb.stem, compression)
        return spawn([tools["deb_extractor"], *argv]), layer

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
        inputs = [{"file": layer, "metadata": metadata, "name": layer} for metadata, layer in layers]
        (out / "inputs.json").write_text(json.dumps(inputs))
        used.append(spawn([tools["layer_assembler"], "merge", "--inputs", out / "inputs.json", "--name", "merged",
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


def measure_worker(deb, tools, requests):
    """The memory of a worker that makes the layer of a package several times at once, in MiB."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        messages = [request(number + 1, extraction(deb, f"{directory}/{number}", "gzip")[0]) for number in range(requests)]
        messages_file = pathlib.Path(directory, "requests")
        messages_file.write_bytes(b"".join(messages))
        with open(messages_file, "rb") as source:
            _, peak = spawn([tools["deb_extractor"], "--persistent_worker"], stdin=source, stdout=subprocess.DEVNULL)
        made = len(list(pathlib.Path(directory).glob("*.tar.gz")))
        if made != requests:
            raise SystemExit(f"error: cannot measure the worker: it made {made} layers; expected {requests}")
        return peak / 1024


def assemble(layers, out, tools):
    argv = [tools["index_writer"], "image", "--os", "linux", "--architecture", "amd64",
            "--created", "2026-01-01T00:00:00Z"]
    for metadata, blob in layers:
        argv += ["--layer", metadata, "--layer-blob", f"{metadata}={blob}"]
    for name in ("config", "manifest", "descriptor", "digest"):
        argv += [f"--{name}", out / f"image.{name}"]
    return spawn(argv + ["--layout", out / "layout"])


def pipeline(*stages):
    """`dpkg-deb --fsys-tarfile DEB | stages` for each package, one after another."""

    def run(debs, out, _tools):
        used = []
        for deb in debs:
            with open(out / f"{deb.stem}.tar.gz", "wb") as target:
                first = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
                used.append(spawn(list(stages), stdin=first.stdout, stdout=target))
                first.stdout.close()
                _, status, usage = os.wait4(first.pid, 0)
                first.returncode = os.waitstatus_to_exitcode(status)
                if first.returncode:
                    raise SystemExit(f"error: cannot run `dpkg-deb`: exit code {first.returncode}")
                used.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
        return used

    return run


def size_of(out):
    return sum(f.stat().st_size for f in out.glob("*.tar.gz"))


def measure(name, way, debs, tools, runs_of):
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        out = pathlib.Path(directory)
        start = time.monotonic()
        used = way(debs, out, tools)
        wall = time.monotonic() - start
        runs_of.setdefault(name, []).append({
            "cpu": sum(c for c, _ in used) * 1000,
            "wall": wall * 1000,
            "peak": max(p for _, p in used) / 1024,
            "bytes": size_of(out),
        })


def measure_assembly(debs, tools, runs):
    """The image from finished layers, in one process."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        out = pathlib.Path(directory)
        ours(debs, out, tools)
        layers = [(str(out / f"{d.stem}.json"), str(out / f"{d.stem}.tar.gz")) for d in debs]
        times = []
        for number in range(runs):
            again = out / f"again{number}"
            again.mkdir()
            start = time.monotonic()
            assemble(layers, again, tools)
            times.append((time.monotonic() - start) * 1000)
        return times


def table(title, runs_of, against):
    print(f"\n{title}")
    print(f"{'way':34} {'cpu ms':>9} {'ratio':>6} {'wall ms':>9} {'ratio':>6} {'peak MiB':>9} {'bytes':>12} {'ratio':>6}")
    middle = {name: {k: statistics.median(r[k] for r in runs) for k in runs[0]} for name, runs in runs_of.items()}
    base = middle[against]
    for name, m in middle.items():
        print(f"{name:34} {m['cpu']:9.0f} {m['cpu'] / base['cpu']:6.2f} {m['wall']:9.0f} {m['wall'] / base['wall']:6.2f} "
              f"{m['peak']:9.1f} {m['bytes']:12.0f} {m['bytes'] / base['bytes']:6.3f}")
    return middle


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--set", action="append", metavar="NAME=FILE,…", required=True)
    parser.add_argument("--tool", action="append", metavar="FILE", required=True)
    options = parser.parse_args()
    tools = {pathlib.Path(t).name: os.path.abspath(t) for t in options.tool}
    against = "dpkg-deb | gzip -6"
    ways = {"ours": ours, "ours, merged": merged("none"), "ours, merged from gzip": merged("gzip"),
            against: pipeline("gzip", "-6", "-n")}
    for label, argv in [("dpkg-deb | pigz -6", ["pigz", "-6", "-n"]), ("dpkg-deb | gzip -9", ["gzip", "-9", "-n"]),
                        ("dpkg-deb | libdeflate-gzip -6", ["libdeflate-gzip", "-6"])]:
        if shutil.which(argv[0]):
            ways[label] = pipeline(*argv)
        else:
            print(f"left out: {label} ({argv[0]} is not on this machine)")
    for entry in options.set:
        name, _, files = entry.partition("=")
        debs = [pathlib.Path(f).resolve() for f in files.split(",")]
        runs_of = {}
        for number in range(options.runs + 1):
            for way, function in ways.items():
                measure(way, function, debs, tools, runs_of if number else {})
        table(f"{name}: {len(debs)} packages, {options.runs} runs each, {os.cpu_count()} cores", runs_of, against)
        times = measure_assembly(debs, tools, options.runs + 1)[1:]
        print(f"{'image from finished layers':34} {statistics.median(times):.1f} ms wall, one process")
        largest = max(debs, key=lambda deb: deb.stat().st_size)
        peaks = [measure_worker(largest, tools, requests) for requests in (1, 2)]
        print(f"{'worker with 1 and 2 requests':34} {peaks[0]:.1f} and {peaks[1]:.1f} MiB ({largest.stem})")


if __name__ == "__main__":
    main()
