"""Counts work instead of time: instructions, processes, actions, requests and bytes, for inputs that are always the same.

The counts do not depend on the load of the machine. callgrind (valgrind) counts the instructions, even if the processor has
counters: it emulates one processor, without instructions for SHA-256, so that all x86-64 machines with AVX2 give the same number.
Runs of the same program differ by less than 0.1 %.
"""

import collections
import hashlib
import io
import json
import lzma
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import typing

import measure
import push

# The number of files of the fixed package, 16 KiB each.
FILES = 160

# The number of layers of the image that index_writer writes.
LAYERS = 12

# Actions of Bazel that start no program, and those that compile the tools. All others belong to images.
OTHER_ACTIONS = re.compile(
    r"FileWrite|TemplateExpand|.*Symlink|.*SymlinkTree|Middleman|.*Manifest|ParameterFileWrite|Cpp.*|Rust.*|CargoBuildScriptRun|TranslateBuildInfo"
)


def contents(number):
    """16 KiB that compress about as well as a program: words of a small vocabulary, and random bytes between them."""
    words = [hashlib.sha256(f"word {word}".encode()).hexdigest()[: 3 + word % 9] for word in range(400)]
    text = bytearray()
    seed = hashlib.sha256(f"file {number}".encode()).digest()
    while len(text) < 16384:
        seed = hashlib.sha256(seed).digest()
        for at in range(0, 32, 2):
            text += words[(seed[at] << 8 | seed[at + 1]) % len(words)].encode() + b" "
        text += seed[:6]
    return bytes(text[:16384])


def tar(files):
    """A tar archive of (path, content); a content of None is a directory."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as writer:
        for path, content in files:
            entry = tarfile.TarInfo(path)
            if content is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            else:
                entry.size = len(content)
            writer.addfile(entry, io.BytesIO(content or b""))
    return archive.getvalue()


def data_tar(files):
    """The files of the fixed package, as a tar archive."""
    directories = [("./", None), ("./usr/", None), ("./usr/lib/", None)]
    return tar(directories + [(f"./usr/lib/file-{number}", contents(number)) for number in range(files)])


def package(target, data):
    """Writes a Debian package with this data.tar."""

    def member(name, content):
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        return header + content + b"\n" * (len(content) % 2)

    control = b"Package: fixed\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: test\n"
    text = b"!<arch>\n" + member("debian-binary", b"2.0\n")
    text += member("control.tar.xz", lzma.compress(tar([("./", None), ("./control", control)]), preset=6))
    text += member("data.tar.xz", lzma.compress(data, preset=6))
    target.write_bytes(text)


# Functions that most processors have instructions for, but not the one that callgrind emulates: SHA-1 and SHA-256.
HASHES = re.compile(r"\bsha(1|2|256)\b")


class Count(typing.NamedTuple):
    """Instructions of a program without hashes, those of hashes, and its processes."""

    instructions: int
    hashes: int
    processes: int


def total(counts):
    return Count(*(sum(column) for column in zip(*counts)))


def instructions_of(text):
    """The instructions of a file of callgrind: without hashes, and of hashes.

    The format is https://valgrind.org/docs/manual/cl-format.html: `fn=(ID) NAME` once, then `fn=(ID)`; lines of costs; and after
    `calls=`, a line with the costs of the called function, which has its own lines in another place.
    """
    names, name, called, plain, hashes = {}, "", False, 0, 0
    for line in text.splitlines():
        if line[:1] in "+-*0123456789" and line[:1]:
            if not called:
                cost = int(line.split()[1])
                plain, hashes = (plain, hashes + cost) if HASHES.search(name) else (plain + cost, hashes)
            called = False
        elif line.startswith("calls="):
            called = True
        elif line.startswith(("fn=", "cfn=")):
            number, _, written = line.partition("=")[2].partition(" ")
            names[number] = written or names[number]
            name = names[number] if line.startswith("fn=") else name
    return plain, hashes


class Valgrind:
    """Runs programs in callgrind."""

    def __init__(self, command, directory):
        self.command, self.directory = command, directory

    def run(self, argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        """The count of a program and of all processes that it starts."""
        counted = self.directory / "callgrind"
        counted.mkdir()
        options = ["--tool=callgrind", "--trace-children=yes", f"--callgrind-out-file={counted}/%p"]
        line = [*self.command, *options, "--", *map(str, argv)]
        done = subprocess.run(line, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"error: cannot run `{argv[0]}` in callgrind: exit code {done.returncode}\n{done.stderr[-2000:]}")
        found = []
        for file in list(counted.iterdir()):
            found.append(Count(*instructions_of(file.read_text(errors="replace")), 1))
            file.unlink()
        counted.rmdir()
        return total(found)


def layer_command(tools, deb, base):
    """The command line that makes the layer of a package, with outputs that begin with `base`."""
    outputs = [f"--layer={base}.tar.gz", f"--metadata={base}.json", f"--mtree={base}.mtree"]
    return [tools["deb_extractor"], f"--deb={deb}", "--name=fixed", "--created-by=deb fixed", *outputs]


def image_command(tools, layers, base):
    """The command line that writes configuration and manifest of an image."""
    outputs = [f"--{name}={base}.{name}" for name in ("config", "manifest", "descriptor", "digest")]
    facts = ["--os=linux", "--architecture=amd64", "--created=2026-01-01T00:00:00Z"]
    return [tools["index_writer"], "image", *facts, *[f"--layer={layer}" for layer in layers], *outputs]


def tools_work(valgrind, tools, directory, doubled=False):
    """Instructions of the programs that make images, and the largest number of processes of one of them.

    With `doubled`, the programs get twice the input, but the divisors stay: such work must be found.
    """
    factor = 2 if doubled else 1
    data = data_tar(FILES * factor)
    layer_bytes = len(data) // factor
    package(directory / "fixed.deb", data)
    (directory / "part.tar").write_bytes(tar([(f"usr/share/part-{number}", contents(number)) for number in range(8)]))
    base = directory / "fixed"
    extracted = valgrind.run(layer_command(tools, directory / "fixed.deb", base))
    parts = [{"file": f"{base}.tar.gz", "name": "//:a", "metadata": f"{base}.json"}, {"file": f"{directory}/part.tar", "name": "//:b"}]
    (directory / "parts.json").write_text(json.dumps(parts))
    merged = directory / "merged"
    outputs = [f"--layer={merged}.tar.gz", f"--metadata={merged}.json", f"--mtree={merged}.mtree"]
    line = [tools["layer_assembler"], "merge", f"--inputs={directory}/parts.json", "--name=merged", "--created-by=merge", *outputs]
    assembled = valgrind.run(line)
    written = valgrind.run(image_command(tools, [f"{base}.json"] * LAYERS * factor, directory / "image"))
    return {
        "deb_extractor.instructions_per_layer_byte": extracted.instructions / layer_bytes,
        "deb_extractor.hash_instructions_per_layer_byte": extracted.hashes / layer_bytes,
        "layer_assembler.instructions_per_layer_byte": assembled.instructions / layer_bytes,
        "layer_assembler.hash_instructions_per_layer_byte": assembled.hashes / layer_bytes,
        "index_writer.instructions_per_layer": written.instructions / LAYERS,
        "tools.processes": max(extracted.processes, assembled.processes, written.processes),
    }


def layer_rows(valgrind, tools, deb, directory):
    """A row for ours, and one for each available compressor after `dpkg-deb --fsys-tarfile`, for a package."""
    base, archive = directory / "layer", directory / "data.tar"
    own = [valgrind.run(layer_command(tools, deb, base)), valgrind.run(image_command(tools, [f"{base}.json"], directory / "image"))]
    with open(archive, "wb") as target:
        unpacked = valgrind.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=target)

    def counts(name, several, file):
        count, size = total(several), archive.stat().st_size
        return {
            "name": name, "command": name != "ours", "instructions_per_byte": round(count.instructions / size, 1),
            "hash_instructions_per_byte": round(count.hashes / size, 1), "processes": count.processes,
            "compressed_mb": file.stat().st_size / 1e6,
        }

    rows = [counts("ours", own, pathlib.Path(f"{base}.tar.gz"))]
    for command in (["gzip", "-6"], ["pigz", "-6"], ["libdeflate-gzip", "-6"]):
        if shutil.which(command[0]):
            packed = directory / f"{command[0]}.gz"
            with open(archive, "rb") as source, open(packed, "wb") as target:
                compressed = valgrind.run(command, source, target)
            rows.append(counts(f"dpkg-deb | {' '.join(command)}", [unpacked, compressed], packed))
    return rows


def spawns(log):
    """How often each kind of action started a program, from the file of `--execution_log_json_file`."""
    return _of_images(document["mnemonic"] for document in measure.documents(log.read_text()))


def actions(graph):
    """The number of each kind of action that makes images, from the JSON of `bazel aquery`."""
    return _of_images(action["mnemonic"] for action in graph["actions"])


def _of_images(mnemonics):
    found = collections.Counter(mnemonics)
    return {mnemonic: number for mnemonic, number in sorted(found.items()) if not OTHER_ACTIONS.fullmatch(mnemonic)}


def manifest_bytes(layout):
    """The size of the manifest of the only image of a layout."""
    [descriptor] = json.loads((layout / "index.json").read_text())["manifests"]
    return descriptor["size"]


def layers_of(layout):
    """The number of layers of the only image of a layout."""
    [descriptor] = json.loads((layout / "index.json").read_text())["manifests"]
    return len(json.loads((layout / "blobs" / descriptor["digest"].replace(":", "/")).read_text())["layers"])


def push_requests(program, server, layout, directory):
    """The number of requests of a push to an empty registry, and of the same push again."""
    registry = push.Registry(server, directory)
    try:
        counts = []
        for _ in range(2):
            subprocess.run([program, "push", layout, f"{registry.name}/counted:latest"], check=True, capture_output=True)
            counts.append(len(registry.requests()))
    finally:
        registry.stop()
    return counts
