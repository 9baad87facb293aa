"""Measures everything that can be compared in one run, and writes docs/benchmarks.json, docs/benchmarks.md and its plots.

    ./bazelw run //bench:all [-- --quick] [--only NAME]… [--peer NAME=PROGRAM]…

The functions are those of the single benchmarks. A benchmark whose peer is missing measures the rest. With `--only`, the
other tables of docs/benchmarks.json are unchanged.
"""

import argparse
import datetime
import functools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import counted
import evidence
import hub
import layers
import measure
import memory
import no_op
import page
import push
import resolve

# The programs that a benchmark compares with, and how each prints its version.
PEERS = {
    "apt-get": ["--version"], "bsdtar": ["--version"], "buildah": ["--version"], "coreutils": ["--help"], "crane": ["version"],
    "dpkg-deb": ["--version"], "gzip": ["--version"], "jq": ["--version"], "libdeflate-gzip": ["-V"], "mmdebstrap": ["--version"],
    "pigz": ["--version"], "regctl": ["version"], "skopeo": ["--version"], "syft": ["--version"], "valgrind": ["--version"],
}


def row(name, used, command=True, **more):
    """A row of times and bytes."""
    values = {"cpu_ms": used.cpu * 1000, "wall_ms": used.wall * 1000, "peak_mib": used.peak}
    if getattr(used, "read", 0):
        values |= {"read_mb": used.read / 1e6, "written_mb": used.written / 1e6}
    rounded = {key: round(value, 3) for key, value in (values | more).items() if value is not None}
    return {"name": name, "command": command and not name.startswith("ours")} | rounded


def layer_tables(options):
    tools = {pathlib.Path(tool).name: os.path.abspath(tool) for tool in options.tool}
    ways, missing = layers.ways_of(dict(entry.split("=", 1) for entry in options.peer))
    tables = {}
    for name, debs in layers.sets(options.set).items():
        # Java's package takes a minute for each run of all ways.
        runs = 1 if options.quick and name != "cc" else options.runs
        print(f"layers of {name}", flush=True)
        found = layers.collect(debs, tools, ways, runs)
        rows = [
            row(way, used, compressed_mb=size / 1e6, programs=layers.programs(ways[way], debs, tools)) for way, (used, size) in found.items()
        ]
        tables[f"layers_{name}"] = {
            "runs": runs, "against": layers.AGAINST, "ratios": ["cpu_ms", "wall_ms", "compressed_mb"], "rows": rows,
            "missing": {way: f"{command} is not on this machine" for way, command in missing.items()},
        }
    return tables


def assembly_tables(options):
    print("image of finished layers", flush=True)
    tools = {pathlib.Path(tool).name: os.path.abspath(tool) for tool in options.tool}
    images, missing = layers.assemblies(layers.sets(options.set)["cc"], tools, options.runs, options.rules_oci)
    rows = [row(way, used, programs=programs) for way, (used, programs) in images.items()]
    return {"assembly": {"runs": options.runs, "against": "crane append", "ratios": ["cpu_ms", "wall_ms"], "rows": rows, "missing": missing}}


def counted_tables(options):
    """Instructions of ours and of public tools for a small package."""
    if not shutil.which("valgrind"):
        raise Missing("valgrind is not on this machine")
    print("instructions", flush=True)
    tools = {pathlib.Path(tool).name: os.path.abspath(tool) for tool in options.tool}
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        [deb] = [deb for deb in layers.sets(options.set)["cc"] if deb.name.startswith("libstdc++6_")]
        rows = counted.layer_rows(counted.Valgrind(["valgrind"], directory), tools, deb, directory)
    return {"counted": {"runs": 1, "against": layers.AGAINST, "ratios": ["instructions_per_byte"], "rows": rows}}


def image_tables(options):
    print("actions", flush=True)
    rows = []
    for entry in options.image:
        label, _, layout = entry.partition("=")
        line = [options.bazel, "aquery", "--output=jsonproto", "--include_commandline=false", f"deps({label})"]
        done = subprocess.run(line, cwd=options.workspace, capture_output=True, text=True, check=True)
        actions = counted.actions(json.loads(done.stdout))
        rows.append({
            "name": label, "command": True, "actions": sum(actions.values()), "layers": counted.layers_of(pathlib.Path(layout)),
            "manifest_bytes": counted.manifest_bytes(pathlib.Path(layout)),
        })
    return {"images": {"runs": 1, "rows": rows}}


def resolve_tables(options):
    if not shutil.which("apt-get"):
        raise Missing("apt-get is not on this machine")
    print("resolver", flush=True)
    found = resolve.collect(options.debian_lock, options.runs, names=("cc", "mid", "big"), modes=("--print-uris",))
    return {
        f"resolve_{name}": {
            "runs": options.runs, "against": resolve.AGAINST, "ratios": ["cpu_ms", "wall_ms"], "note": f"{count} packages",
            "rows": [row(way, used) for way, used in medians.items()],
        }
        for name, (count, medians) in found.items()
    }


def push_tables(options):
    peers = [peer for peer in ("crane", "skopeo") if shutil.which(peer)]
    if "crane" not in peers:
        raise Missing("crane is not on this machine")
    print("push", flush=True)
    runs = 1 if options.quick else 3
    arguments = argparse.Namespace(
        image_push=options.image_push, registry=options.registry, plan=options.plan, runfiles=options.runfiles, only=[], runs=runs
    )
    found, count = push.collect(arguments, peers)
    names = {"ours": "ours", "ours again": "ours, again", "crane": "crane push", "skopeo": "skopeo copy --all"}
    rows = [
        row(names[name], figures, not name.startswith("ours"), requests=figures.requests, writes=figures.writes)
        for name, figures in found.items()
    ]
    ratios = ["cpu_ms", "wall_ms", "requests"]
    return {"push": {"runs": runs, "against": "crane push", "ratios": ratios, "note": f"{count} tags", "rows": rows}}


def evidence_tables(options):
    print("evidence", flush=True)
    arguments = argparse.Namespace(
        writer=options.writer, contents=options.contents, layout=options.layout, old_contents=options.old_contents,
        old_layout=options.old_layout, runs=options.runs, peer="syft",
    )
    found, against = evidence.collect(arguments)
    rows = [row(job, used, False) | ({"against": against[job]} if job in against else {}) for job, used in found.items()]
    return {"evidence": {"runs": options.runs, "ratios": ["cpu_ms", "wall_ms"], "rows": rows}}


def check_tables(options):
    files = 30_000 if options.quick else 300_000
    print(f"checks of {files} files", flush=True)
    rows = []
    for name, seconds, megabytes, code in memory.collect(options.image_test, files, 10):
        if code:
            sys.exit(f"error: cannot accept the check `{name}`: exit code {code}")
        command = name != "all checks"
        rows.append({"name": name, "command": command, "wall_ms": round(seconds * 1000), "peak_mib": round(megabytes * 1e6 / (1 << 20), 1)})
    return {"checks": {"runs": 1, "note": f"{files:,} files", "rows": rows}}


def hub_tables(options):
    runs = 1 if options.quick else 3
    print("analysis of a hub", flush=True)
    times, _ = hub.collect(1000, runs)
    rows = []
    for (state, kind), values in times.items():
        wall, cpu = (statistics.median(column) * 1000 for column in zip(*values))
        rows.append({"name": f"{state}, {kind} the lock", "command": False, "against": f"{state}, without the lock",
                     "cpu_ms": round(cpu), "wall_ms": round(wall)})
    return {"hub": {"runs": runs, "ratios": ["cpu_ms", "wall_ms"], "rows": rows}}


def no_op_tables(options):
    print("builds without a change", flush=True)
    runs = 5 if options.quick else 15
    tables = {}
    for name, collect in (("no_op", functools.partial(no_op.one, checkouts=options.modules)), ("no_op_all", no_op.every)):
        if options.quick and name != "no_op":
            continue
        found = collect(runs)
        rows = []
        for (peer, *theirs), (target, *own) in zip(found[::2], found[1::2]):
            for title, (actions, used), more in ((peer, theirs, {}), (target, own, {"against": peer})):
                times = {"cpu_ms": round(used.cpu * 1000), "wall_ms": round(used.wall * 1000)}
                rows.append({"name": title, "command": title.startswith("//"), **times, "actions": actions, **more})
        tables[name] = {"runs": runs, "note": "CPU: means", "ratios": ["cpu_ms", "wall_ms"], "rows": rows}
    return tables


class Missing(Exception):
    """A benchmark cannot run here."""


# Each gives some tables of the page.
BENCHMARKS = {
    "layers": (layer_tables, ["layers_cc", "layers_jdk"]),
    "assembly": (assembly_tables, ["assembly"]),
    "counted": (counted_tables, ["counted"]),
    "images": (image_tables, ["images"]),
    "resolve": (resolve_tables, ["resolve_cc", "resolve_mid", "resolve_big"]),
    "push": (push_tables, ["push"]),
    "evidence": (evidence_tables, ["evidence"]),
    "checks": (check_tables, ["checks"]),
    "hub": (hub_tables, ["hub"]),
    "no_op": (no_op_tables, ["no_op", "no_op_all"]),
}


def peers(options):
    """The versions of PEERS and of rules_oci; None for those that are missing."""
    found = {name: measure.version(name, *arguments) for name, arguments in PEERS.items()}
    if options.rules_oci:
        line = ["git", "-C", options.rules_oci, "describe", "--tags", "--always"]
        described = subprocess.run(line, capture_output=True, text=True).stdout.strip()
    return found | {"rules_oci": (described or "unknown") if options.rules_oci else None}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3 runs, smaller inputs, and no table that takes minutes")
    parser.add_argument("--runs", type=int, help="runs of each table (default: 5)")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="measure only this, and keep the other tables")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PROGRAM", help="a further pipeline: `PROGRAM OUT DEB…`")
    parser.add_argument("--rules-oci", type=pathlib.Path, metavar="CHECKOUT", help="the scripts of rules_oci make images as well")
    parser.add_argument("--modules", type=pathlib.Path, metavar="CHECKOUTS",
                        help="builds without a change also next to rules_distroless and rules_oci, from checkouts (no_op_modules.py)")
    for name in ("tool", "set", "image"):
        parser.add_argument(f"--{name}", action="append", default=[], help=argparse.SUPPRESS)
    for name in ("workspace", "bazel", "debian-lock", "image-push", "registry", "plan", "runfiles", "writer", "contents", "layout",
                 "old-contents", "old-layout", "image-test"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.runs = options.runs or (3 if options.quick else 5)
    return options


def main():
    options = parse()
    docs = options.workspace / "docs"
    values = docs / "benchmarks.json"
    commit = subprocess.run(["git", "-C", options.workspace, "rev-parse", "--short=8", "HEAD"], capture_output=True, text=True).stdout.strip()
    old = json.loads(values.read_text()) if options.only and values.exists() else {}
    document = {
        "version": 1,
        "date": datetime.date.today().isoformat(),
        "commit": commit,
        "quick": options.quick,
        "machine": measure.machine() | {"load_before": measure.load()},
        "peers": peers(options),
        "missing": old.get("missing", {}),
        "tables": old.get("tables", {}),
    }
    for name, (function, tables) in BENCHMARKS.items():
        if options.only and name not in options.only:
            continue
        for table in tables:
            document["missing"].pop(table, None)
            document["tables"].pop(table, None)
        about = {"date": document["date"], "commit": commit, "load": measure.load()}
        reason = "--quick leaves it out"
        try:
            found = function(options)
            about["floor_mib"] = round(measure.floor(), 1)
            document["tables"] |= {table: about | measured for table, measured in found.items()}
        except Missing as error:
            reason = str(error)
        document["missing"] |= {table: reason for table in tables if table not in document["tables"]}
    document["machine"]["load_after"] = measure.load()
    values.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    page.write(document, docs)
    print("wrote docs/benchmarks.json, docs/benchmarks.md and docs/benchmarks/")


if __name__ == "__main__":
    main()
