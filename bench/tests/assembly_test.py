"""Tests of the images from finished layers: what is judged, and which ways are missing."""

import hashlib
import io
import json
import os
import pathlib
import tarfile
import tempfile
import unittest
import unittest.mock

import assembly


def layer(file, *names, mode=0o644):
    with tarfile.open(file, "w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = 3, mode
            archive.addfile(entry, io.BytesIO(b"abc"))
    return file


def layout(folder, layers, diff_ids):
    """A layout of an image."""
    def blob(content):
        digest = hashlib.sha256(content).hexdigest()
        (folder / "blobs/sha256" / digest).write_bytes(content)
        return {"digest": f"sha256:{digest}"}

    (folder / "blobs/sha256").mkdir(parents=True)
    config = blob(json.dumps({"rootfs": {"diff_ids": diff_ids}}).encode())
    manifest = blob(json.dumps({"config": config, "layers": [blob(file.read_bytes()) for file in layers]}).encode())
    (folder / "index.json").write_text(json.dumps({"manifests": [manifest]}))


class Judge(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = pathlib.Path(directory.name)
        self.layers = []
        for number in range(2):
            (self.out / f"{number}.json").write_text(json.dumps({"diff_id": f"sha256:{number}"}))
            self.layers.append((self.out / f"{number}.json", layer(self.out / f"{number}.tar.gz", f"usr/{number}")))

    def judged(self, way):
        assembly.judge("peer", way, self.layers, self.out)

    def test_kept_layers_have_equal_diff_ids_in_order(self):
        way = assembly.Way(None, lambda out: out / "layout")
        layout(self.out / "layout", [], ["sha256:0", "sha256:1"])
        self.judged(way)
        layout(self.out / "other", [], ["sha256:1", "sha256:0"])
        with self.assertRaises(SystemExit) as failed:
            self.judged(way._replace(image=lambda out: out / "other"))
        self.assertEqual(str(failed.exception), "error: cannot compare `peer`: its image has other layers than ours")

    def test_layers_that_are_packed_again_have_equal_files(self):
        way = assembly.Way(None, lambda out: out / "layout", keeps_layers=False)
        layout(self.out / "layout", [layer(self.out / "all.tar.gz", "./usr/0", "usr/1")], ["sha256:2"])
        self.judged(way)
        layout(self.out / "other", [layer(self.out / "all.tar.gz", "usr/0", "usr/1", mode=0o755)], ["sha256:3"])
        with self.assertRaises(SystemExit) as failed:
            self.judged(way._replace(image=lambda out: out / "other"))
        self.assertRegex(str(failed.exception), r"^error: cannot compare `peer`: `/usr/0` is \(.*, 493, .*\) in its image; expected \(.*, 420, .*\)$")

    def test_an_archive_of_docker_save_has_diff_ids(self):
        with tarfile.open(self.out / "image.tar", "w") as archive:
            for name, value in {"manifest.json": [{"Config": "c"}], "c": {"rootfs": {"diff_ids": ["sha256:0"]}}}.items():
                entry, text = tarfile.TarInfo(name), json.dumps(value).encode()
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
        self.assertEqual(assembly.diff_ids_of(self.out / "image.tar"), ["sha256:0"])


class Ways(unittest.TestCase):
    def test_missing_peers_have_a_reason(self):
        with tempfile.TemporaryDirectory() as name, unittest.mock.patch.dict(os.environ, PATH=name):
            ways, missing = assembly.ways_of({"index_writer": "index_writer"})
        self.assertEqual(list(ways), ["ours"])
        self.assertEqual(missing["crane append"], "crane is not on this machine")
        self.assertEqual(missing["buildah build, push"], "buildah is not on this machine")
        self.assertEqual(missing["rules_oci: image.sh"], "jq, regctl, coreutils, zstd missing on this machine")


if __name__ == "__main__":
    unittest.main()
