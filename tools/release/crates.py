"""The crates that are linked into the programs of a release."""

import dataclasses
import json
import pathlib
import tomllib

from commands import output_of
from platforms import PROGRAMS, TRIPLES


@dataclasses.dataclass(frozen=True)
class Crate:
    """A crate. `sha256` and `source` are empty for crates of this workspace."""

    name: str
    version: str
    licence: str
    authors: tuple
    repository: str
    sha256: str
    directory: pathlib.Path
    uses: tuple

    @property
    def key(self):
        return (self.name, self.version)

    @property
    def is_ours(self):
        return not self.sha256


def linked(root, platform):
    """The crates of the programs for a platform, sorted. `uses` has the keys of the crates that each one uses."""
    keys = _linked_keys(root, platform)
    metadata = _metadata(root, platform)
    sums = _checksums(root)
    by_id = {package["id"]: (package["name"], package["version"]) for package in metadata["packages"]}
    uses = {
        by_id[node["id"]]: sorted({by_id[each["pkg"]] for each in node["deps"] if any(kind["kind"] is None for kind in each["dep_kinds"])} & keys)
        for node in metadata["resolve"]["nodes"]
    }
    found = [package for package in metadata["packages"] if by_id[package["id"]] in keys]
    return sorted((_crate(package, sums, uses) for package in found), key=lambda crate: crate.key)


def _crate(package, sums, uses):
    key = (package["name"], package["version"])
    return Crate(
        *key,
        # The older form of a choice, `MIT/Apache-2.0`, is not an expression of SPDX.
        licence=(package["license"] or "NOASSERTION").replace("/", " OR "),
        authors=tuple(package["authors"]),
        repository=package["repository"] or "",
        sha256=sums.get(key, ""),
        directory=pathlib.Path(package["manifest_path"]).parent,
        uses=tuple(uses[key]),
    )


def _linked_keys(root, platform):
    """Name and version of each crate with code in the programs. cargo's metadata has more: optional crates that no program uses."""
    command = ["cargo", "tree", "--locked", "--target", TRIPLES[platform], "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    command += [f"--package={name}" for name in PROGRAMS]
    lines = output_of(*command, cwd=root / "tools").splitlines()
    return {(line.split()[0], line.split()[1].removeprefix("v")) for line in lines if line}


def _metadata(root, platform):
    command = ["cargo", "metadata", "--locked", "--format-version=1", "--filter-platform", TRIPLES[platform]]
    return json.loads(output_of(*command, cwd=root / "tools"))


def _checksums(root):
    """SHA-256 of the archive of each crate, from Cargo.lock."""
    lock = tomllib.loads((root / "tools/Cargo.lock").read_text())
    return {(package["name"], package["version"]): package["checksum"] for package in lock["package"] if "checksum" in package}
