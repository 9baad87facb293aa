"""Builds a small generated workspace with the real tools, gives packages new versions, and checks which actions run again."""

import collections
import json
import pathlib
import re

import bazel
from workspace import GLIBC, VARIANTS, Size, Workspace

# The actions that write or check metadata, and read no package.
METADATA = {"ImageCheck", "ImageIndexWrite", "ImageLayout", "ImageWrite"}


def layers(layout):
    """Platform to the digests of the layers of the image in an index."""
    def blob(digest):
        return json.loads((layout / "blobs" / digest.replace(":", "/")).read_text())

    [root] = json.loads((layout / "index.json").read_text())["manifests"]
    return {
        entry["platform"]["architecture"]: [layer["digest"] for layer in blob(entry["digest"])["layers"]]
        for entry in blob(root["digest"])["manifests"]
    }


def all_layers(workspace):
    """(image, variant, platform) to the digests of its layers."""
    built = workspace.directory / "bazel-bin"
    return {
        (image, variant, platform): digests
        for image in range(workspace.size.images)
        for variant in VARIANTS[: workspace.size.variants]
        for platform, digests in layers(built / f"image_{image}/{variant}_index").items()
    }


def expected(workspace, names):
    """The actions that make layers after a new version of NAMES.

    Each new package is extracted once. The caches of the dynamic loader contain the version of glibc; another package without
    libraries has no part in them.
    """
    found = collections.Counter()
    for name in names:
        for key in ["all"] if workspace.packages[name].for_all else workspace.size.debian:
            found["DebExtract", f"hub_{name}_{key}//:data"] += 1
    for number, packages in enumerate(workspace.images):
        if "libc-bin" in packages and set(names) & set(GLIBC):
            found["LayerAssemble", f"//image_{number}:latest_ld_so_cache"] += workspace.size.architectures
    return found


def problems(ran, wanted):
    """The differences between actions (mnemonic, label) and those that EXPECTED has."""
    heavy = collections.Counter((kind, re.sub(r".*[~+](?=hub_)", "", label)) for kind, label in ran if kind not in METADATA)
    more = [f"ran without need: {number} x {kind} of {label}" for (kind, label), number in sorted((heavy - wanted).items())]
    return more + [f"did not run: {number} x {kind} of {label}" for (kind, label), number in sorted((wanted - heavy).items())]


def changed_layers(old, new, workspace):
    """The number of layers of each image that the change replaced: with and without a cache of the dynamic loader."""
    numbers = {"with_cache": set(), "without_cache": set()}
    for place, digests in new.items():
        kind = "with_cache" if "libc-bin" in workspace.images[place[0]] else "without_cache"
        numbers[kind].add(len(set(digests) - set(old[place])))
    return {kind: sorted(found) for kind, found in numbers.items()}


def bumped(server, workspace, names):
    """The actions of the build after a new version of NAMES. Fails if one ran that has no reason to."""
    workspace.bump(names)
    ran = server.build()
    wrong = problems(ran, expected(workspace, names))
    if wrong:
        raise SystemExit(f"error: cannot accept the build with the new {', '.join(names)}: {'; '.join(wrong)}")
    return counted(ran)


def counted(ran):
    return dict(sorted(collections.Counter(kind for kind, _ in ran).items()))


def rebuild(directory, tools, size=Size(packages=30, architectures=2, images=4, variants=4)):
    """The figures of the first build, of one with a new glibc, and of one with a new package that has no libraries."""
    directory = pathlib.Path(directory)
    workspace = Workspace(directory / "rebuilt", size, tools)
    workspace.write()
    server = bazel.Bazel(workspace, directory / "rebuilt.base")
    try:
        first = server.build()
        old = all_layers(workspace)
        ran = bumped(server, workspace, GLIBC)
        replaced = changed_layers(old, all_layers(workspace), workspace)
        return {
            "size": [size.packages, size.architectures, size.images, size.variants],
            "first": counted(first),
            "ran": ran,
            "ran_without_libraries": bumped(server, workspace, ["tzdata"]),
            "replaced_layers": replaced,
        }
    finally:
        server.close()
