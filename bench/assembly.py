"""Images from finished layers: ours, and public tools that make an image of the same compressed layers.

bench/layers.py makes the layers and measures. Before that, each way runs once, and its image is judged: a way that keeps the
layers has to have the same diff IDs in the same order, one that packs them again the same files.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import typing

import measure

class Way(typing.NamedTuple):
    """How a tool makes an image of layers, which are pairs (metadata of ours, compressed archive)."""

    # (layers, out) -> the command lines, each a pair (argv, additional environment).
    lines: typing.Callable
    # out -> the folder or the archive that has the image.
    image: typing.Callable
    # The tool has the layers as they are, so the diff IDs are equal.
    keeps_layers: bool = True
    # (layers, out) -> the command lines that run before the measurement.
    before: typing.Callable = lambda _layers, _out: []


def ours(tools):
    def lines(layers, out):
        argv = [tools["index_writer"], "image", "--os", "linux", "--architecture", "amd64", "--created", "2026-01-01T00:00:00Z"]
        for metadata, blob in layers:
            argv += ["--layer", metadata, "--layer-blob", f"{metadata}={blob}"]
        for name in ("config", "manifest", "descriptor", "digest"):
            argv += [f"--{name}", out / f"image.{name}"]
        return [(argv + ["--layout", out / "layout"], {})]

    return Way(lines, lambda out: out / "layout")


def crane(path):
    """`crane append` without a base. Its output is an archive of `docker save`."""

    def lines(layers, out):
        new = [word for _, blob in layers for word in ("--new_layer", blob)]
        return [([path, "append", "--oci-empty-base", *new, "--new_tag", "bench:latest", "--output", out / "image.tar"], {})]

    return Way(lines, lambda out: out / "image.tar")


def buildah(path):
    """`buildah build` of a Dockerfile with one ADD for each layer, and `buildah push` to a layout. It unpacks and packs the layers."""

    def lines(layers, out):
        context = out / "context"
        context.mkdir()
        for number, (_, blob) in enumerate(layers):
            os.link(blob, context / f"{number}.tar.gz")
        (context / "Dockerfile").write_text("FROM scratch\n" + "".join(f"ADD {number}.tar.gz /\n" for number in range(len(layers))))
        (out / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        # As root: the way of a machine of CI. The other driver copies all files below each layer.
        driver = "overlay" if os.geteuid() == 0 and "overlay" in pathlib.Path("/proc/filesystems").read_text() else "vfs"
        store = ["--root", out / "store", "--runroot", out / "run", "--storage-driver", driver]
        policy = ["--signature-policy", out / "policy.json"]
        build = [path, *store, "build", *policy, "--layers", "--isolation", "chroot", "--format", "oci", "--tag", "bench", context]
        return [(build, {}), ([path, *store, "push", *policy, "bench", f"oci:{out}/layout"], {})]

    return Way(lines, lambda out: out / "layout", keeps_layers=False)


def rules_oci(checkout, descriptors):
    """The scripts of rules_oci's rule `oci_image`, filled in as the rule does; `descriptors`: also measure descriptor.sh."""
    scripts = pathlib.Path(checkout, "oci", "private")
    paths = {name: os.path.dirname(measure.program(name)) for name in ("jq", "regctl", "coreutils", "zstd")}

    def describe(layers, out):
        home = {"HPATH": ":".join(paths[name] for name in ("zstd", "jq", "coreutils", "regctl"))}
        return [(["bash", scripts / "descriptor.sh", blob, out / f"{number}.descriptor.json", f"//:{number}"], home)
                for number, (_, blob) in enumerate(layers)]

    def lines(layers, out):
        text = (scripts / "image.sh").read_text()
        values = {f"{name}_path": path for name, path in paths.items()} | {"output": str(out / "layout"), "treeartifact_symlinks": "1"}
        for name, value in values.items():
            text = text.replace("{{%s}}" % name, value)
        builder = out / "image.sh"
        builder.write_text(text)
        (out / "layout").mkdir()
        words = ["--scratch=" + json.dumps({"os": "linux", "architecture": "amd64"})]
        words += [f"--layer={blob}={out}/{number}.descriptor.json" for number, (_, blob) in enumerate(layers)]
        image = [(["bash", builder, *words], {})]
        return describe(layers, out) + image if descriptors else image

    return Way(lines, lambda out: out / "layout", before=lambda layers, out: [] if descriptors else describe(layers, out))


def ways_of(tools, checkout=None):
    """Our way and the available ones of peers; and the names of the others with the reason."""
    found, missing = {"ours": ours(tools)}, {}
    for name, make in {"crane append": ("crane", crane), "buildah build, push": ("buildah", buildah)}.items():
        path = measure.program(make[0])
        if path:
            found[name] = make[1](path)
        else:
            missing[name] = f"{make[0]} is not on this machine"
    absent = [name for name in ("jq", "regctl", "coreutils", "zstd") if not measure.program(name)]
    reason = f"{', '.join(absent)} missing on this machine" if absent else None if checkout else "needs --rules-oci CHECKOUT"
    for name, descriptors in {"rules_oci: descriptor.sh and image.sh": True, "rules_oci: image.sh": False}.items():
        if reason:
            missing[name] = reason
        else:
            found[name] = rules_oci(checkout, descriptors)
    return found, missing


class Image(typing.NamedTuple):
    """The diff IDs of an image, and its layers as streams."""

    diff_ids: list
    layers: list


def read_layout(layout):
    """The only image of a layout."""
    def blob(digest):
        return layout / "blobs" / digest.replace(":", "/")

    [descriptor] = json.loads((layout / "index.json").read_text())["manifests"]
    manifest = json.loads(blob(descriptor["digest"]).read_text())
    config = json.loads(blob(manifest["config"]["digest"]).read_text())
    return Image(config["rootfs"]["diff_ids"], [blob(layer["digest"]) for layer in manifest["layers"]])


def diff_ids_of(image):
    """The diff IDs of a layout, or of an archive of `docker save`."""
    if image.is_dir():
        return read_layout(image).diff_ids
    with tarfile.open(image) as archive:
        [entry] = json.load(archive.extractfile("manifest.json"))
        return json.load(archive.extractfile(entry["Config"]))["rootfs"]["diff_ids"]


def files_of(layers):
    """The files of layers, one over the other: kind, mode, owner, target and hash of each."""
    found = {}
    for layer in layers:
        with tarfile.open(layer) as archive:
            for entry in archive:
                content = hashlib.sha256(archive.extractfile(entry).read()).hexdigest() if entry.isreg() else ""
                name = entry.name.removeprefix("./").strip("/") or "."
                found[name] = (entry.type, entry.mode & 0o7777, entry.uid, entry.gid, entry.linkname, content)
    found.pop(".", None)
    return found


def judge(name, way, layers, out):
    """Ends the program unless the image of a way has the layers, or their files."""
    image = way.image(out)
    expected = [json.loads(pathlib.Path(metadata).read_text())["diff_id"] for metadata, _ in layers]
    if way.keeps_layers:
        if diff_ids_of(image) != expected:
            sys.exit(f"error: cannot compare `{name}`: its image has other layers than ours")
        return
    theirs, wanted = files_of(read_layout(image).layers), files_of(blob for _, blob in layers)
    different = sorted(file for file in theirs.keys() | wanted.keys() if theirs.get(file) != wanted.get(file))
    if different:
        file = different[0]
        sys.exit(f"error: cannot compare `{name}`: `/{file}` is {theirs.get(file)} in its image; expected {wanted.get(file)}")


def run(way, layers, out, before=()):
    """Makes an image in `out`, and returns what that used. `before` are the words before each command line."""
    for argv, more in way.before(layers, out):
        measure.quietly(argv, env=os.environ | more)
    lines = way.lines(layers, out)
    started = time.monotonic()
    used = [measure.quietly([*before, *argv], env=os.environ | more) for argv, more in lines]
    return measure.total(used, time.monotonic() - started)


@contextlib.contextmanager
def place(layers):
    """A folder for one image, on the file system of the layers, so that they can be linked."""
    with tempfile.TemporaryDirectory(prefix="image-", dir=pathlib.Path(layers[0][1]).parent) as name:
        yield pathlib.Path(name)


def collect(layers, ways, runs):
    """The medians of what each way used, and the programs that it starts. Each run executes all ways in turn.

    A first run counts the programs (None without strace), and its image is judged.
    """
    started = {}
    for name, way in ways.items():
        with place(layers) as out:
            log = out / "programs.log"
            run(way, layers, out, measure.STRACE and [*measure.STRACE, "--output-append-mode", f"--output={log}"])
            started[name] = len(log.read_text().splitlines()) if measure.STRACE else None
            judge(name, way, layers, out)
    found = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            with place(layers) as out:
                found[name].append(run(way, layers, out))
    return {name: (measure.medians(several), started[name]) for name, several in found.items()}
