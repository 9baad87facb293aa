"""Reads and writes images in OCI layouts."""

import gzip
import hashlib
import json
import pathlib
import tarfile
import zlib

LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Image:
    """The only image of a layout for one architecture."""

    def __init__(self, layout):
        self.layout = pathlib.Path(layout)
        [root] = json.loads((self.layout / "index.json").read_text())["manifests"]
        self.digest = root["digest"]
        self.manifest = json.loads(self.blob(root["digest"]).read_text())
        self.config = json.loads(self.blob(self.manifest["config"]["digest"]).read_text())

    def blob(self, name):
        return self.layout / "blobs" / name.replace(":", "/")

    def layers(self):
        """The files of the layers, lowest first."""
        return [self.blob(layer["digest"]) for layer in self.manifest["layers"]]

    def compressed_bytes(self):
        return sum(layer["size"] for layer in self.manifest["layers"])

    def origins(self):
        """The text of each layer in the history, lowest first."""
        history = [entry for entry in self.config.get("history", []) if not entry.get("empty_layer")]
        return [entry.get("created_by", "") for entry in history]


def open_tar(file):
    """Opens a layer, compressed or not."""
    return tarfile.open(file, mode="r:*")


def compress(plain, file):
    """Compresses a tar as `docker build` does: gzip, zlib's level 6."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    with open(plain, "rb") as source, open(file, "wb") as target:
        while piece := source.read(1 << 20):
            target.write(packer.compress(piece))
        target.write(packer.flush())


def unpacked_digest(file):
    """The digest of the archive in a layer, its diff_id."""
    found = hashlib.sha256()
    with gzip.open(file, "rb") as source:
        while piece := source.read(1 << 20):
            found.update(piece)
    return "sha256:" + found.hexdigest()


def write(layout, layers, config):
    """Writes a layout of one image with these compressed layers, pairs of file and text for the history."""
    layout = pathlib.Path(layout)
    blobs = layout / "blobs/sha256"
    blobs.mkdir(parents=True)

    def add(data):
        (blobs / digest(data).partition(":")[2]).write_bytes(data)
        return {"digest": digest(data), "size": len(data)}

    descriptors = [{"mediaType": LAYER} | add(pathlib.Path(file).read_bytes()) for file, _ in layers]
    document = {
        "architecture": "amd64",
        "config": config,
        "history": [{"created_by": text} for _, text in layers],
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [unpacked_digest(file) for file, _ in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG} | add(json.dumps(document, sort_keys=True).encode()),
        "layers": descriptors,
    }
    root = {"mediaType": MANIFEST} | add(json.dumps(manifest, sort_keys=True).encode())
    root["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [root]}))
    return Image(layout)
