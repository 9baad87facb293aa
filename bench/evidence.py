"""Measures the evidence about an image from the files of a build, beside syft's scan of the same image.

    ./bazelw run //bench:evidence -- [--runs 5] [--peer syft]

The peer must be on PATH; without it, only ours is measured. Each round runs everything once, in turn. Printed are medians:
seconds, CPU seconds, and the largest memory of the process, with the ratios to the peer (SPDX 2.3 of both) and to the same
difference made from the layers.

The exit code is 1 if ours and the peer do not find the same Debian packages.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import measure

FORMATS = {"spdx-2.3": "spdx.json", "spdx-3.0.1": "spdx3.json", "cyclonedx-1.6": "cdx.json", "cyclonedx-1.7": "1.7.cdx.json"}

# The issues of each source package in the tracker of the benchmark. Debian's has about 1,700 for the packages of all images.
ISSUES = 40


def measured(line):
    """Runs a command, and returns what it used."""
    environment = os.environ | {"SYFT_CHECK_FOR_APP_UPDATE": "false"}
    return measure.quietly(line, env=environment)


def tracker(contents):
    """A lock of the tracker with invented issues of the image's source packages."""
    image = contents["contents"]["image"]
    names = sorted({package["source"]["name"] for layer in image["layers"] for package in layer.get("packages", [])})
    codenames = sorted({"bookworm", "trixie", "bullseye"} | {image["distro"].get("codename", "bookworm")})
    record = {"status": "open", "urgency": "not yet assigned"}
    issues = {f"CVE-2024-{9000 + number}": {"description": "Invented for a benchmark.", "releases": {name: record for name in codenames}} for number in range(ISSUES)}
    document = {"sha256": "0" * 64, "size": 1, "time": "2026-11-21T02:34:56Z"}
    return {"document": document, "releases": codenames, "sources": {name: issues for name in names}, "version": 1}


def packages(spdx):
    """The names and versions of the Debian packages of an SPDX 2.3 document."""
    found = set()
    for package in json.loads(spdx.read_text())["packages"]:
        references = package.get("externalRefs", [])
        if any(reference["referenceLocator"].startswith("pkg:deb/") for reference in references):
            found.add((package["name"], package["versionInfo"]))
    return found


SCAN = "{}, scan to SPDX 2.3"


def collect(options):
    """The medians of each job, and the job that each one is compared with. The peer is used if it is on PATH."""
    peer = measure.program(options.peer)
    scan = SCAN.format(options.peer)
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        jobs = jobs_of(options, directory)
        if peer:
            jobs[scan] = [peer, "scan", "--quiet", f"oci-dir:{options.layout}", f"--output=spdx-json={directory / 'peer.json'}"]
        values = {job: [] for job in jobs}
        for _ in range(options.runs):
            for job, line in jobs.items():
                values[job].append(measured(line))
        if peer and packages(directory / "spdx.json") != packages(directory / "peer.json"):
            difference = sorted(packages(directory / "spdx.json") ^ packages(directory / "peer.json"))
            sys.exit(f"error: not the same packages as {options.peer}: {difference}")
    against = {"difference, text, JSON and HTML": "the same from layers"}
    if peer:
        against |= {f"SBOM, {form}": scan for form in FORMATS}
    return {job: measure.medians(used) for job, used in values.items()}, against


def jobs_of(options, directory):
    """The command lines of ours, with their names."""
    writer, contents = options.writer, options.contents
    snapshot = directory / "tracker.json"
    snapshot.write_text(json.dumps(tracker(json.loads(contents.read_text()))))
    jobs = {
        f"SBOM, {form}": [writer, "sbom", f"--contents={contents}", f"--format={form}", f"--output={directory / ending}"]
        for form, ending in FORMATS.items()
    }
    jobs["VEX, OpenVEX and text"] = [
        writer, "vex", f"--contents={contents}", f"--tracker={snapshot}", "--author=bench",
        "--format=openvex", f"--output={directory / 'vex.json'}", "--format=text", f"--output={directory / 'vex.txt'}",
    ]
    reports = ["--format=text", f"--output={directory / 'diff.txt'}", "--format=json", f"--output={directory / 'diff.json'}",
               "--format=html", f"--output={directory / 'diff.html'}"]
    jobs["difference, text, JSON and HTML"] = [writer, "diff", options.old_contents, contents, *reports]
    jobs["the same from layers"] = [writer, "diff", options.old_layout, options.layout, *reports]
    return jobs


def row(name, used, beside=None):
    text = f"{name:40} {used.wall:8.3f} s {used.cpu:8.3f} CPU s {used.peak:8.1f} MiB"
    if beside:
        ratios = used.wall / beside.wall, used.cpu / beside.cpu, used.peak / beside.peak
        text += "   ratios " + " ".join(f"{ratio:.3f}" for ratio in ratios)
    print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ["writer", "contents", "layout", "old-contents", "old-layout"]:
        parser.add_argument("--" + option, type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer", default="syft")
    found, against = collect(parser.parse_args())
    for job, used in found.items():
        row(job, used, found.get(against.get(job)))


if __name__ == "__main__":
    main()
