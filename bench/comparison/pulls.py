"""Measures the bytes and the requests of a pull, when an older version of the image was pulled before."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time


class Registry:
    """A new registry on this machine that logs requests."""

    def __init__(self, program, directory):
        self.directory = pathlib.Path(directory)
        self.log = self.directory / "requests"
        (self.directory / "blobs").mkdir(parents=True)
        port = self.directory / "port"
        self.process = subprocess.Popen([program, "--directory", self.directory / "blobs", "--log", self.log, "--port-file", port])
        deadline = time.monotonic() + 30
        while not port.exists():
            if time.monotonic() > deadline:
                sys.exit("error: cannot start the registry: no port after 30 s")
            time.sleep(0.02)
        self.name = f"localhost:{port.read_text().strip()}"
        self.seen = 0

    def requests(self):
        """The lines of the log since the last call. The registry writes its log with a delay."""
        time.sleep(0.3)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        found, self.seen = lines[self.seen:], len(lines)
        return found

    def stop(self):
        self.process.terminate()
        self.process.wait()


def skopeo(source, target):
    environment = os.environ | {"TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    line = ["skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", source, target]
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"error: cannot copy `{source}`: exit code {done.returncode}\n{done.stderr[-2000:]}")


def fetched(lines, sizes):
    """The number of requests, and of the bytes of the manifests and blobs that were downloaded. `sizes`: digest to bytes."""
    total = 0
    for line in lines:
        found = re.match(r"GET /v2/\S+/(?:blobs|manifests)/(\S+) 200 ", line)
        if found and found[1] in sizes:
            total += sizes[found[1]]
    return {"requests": len(lines), "bytes": total}


def sizes(image, tag):
    """The digests of an image, and its tag, to bytes."""
    manifest = image.blob(image.digest)
    descriptors = [image.manifest["config"], *image.manifest["layers"]]
    found = {descriptor["digest"]: descriptor["size"] for descriptor in descriptors}
    return found | {image.digest: manifest.stat().st_size, tag: manifest.stat().st_size}


def update(program, old, new, directory):
    """Pushes two versions of an image; pulls the old one, then the new one to the same store. The figures of both pulls."""
    directory = pathlib.Path(directory)
    registry = Registry(program, directory / "registry")
    try:
        for image, tag in ((old, "old"), (new, "new")):
            skopeo(f"oci:{image.layout}", f"docker://{registry.name}/image:{tag}")
        figures = {}
        for image, tag in ((old, "old"), (new, "new")):
            registry.requests()
            skopeo(f"docker://{registry.name}/image:{tag}", f"oci:{directory / 'store'}:{tag}")
            figures[tag] = fetched(registry.requests(), sizes(image, tag))
    finally:
        registry.stop()
        shutil.rmtree(directory, ignore_errors=True)
    return figures
