"""Measures the memory of the checks of image_test, for an image of hundreds of thousands of files.

    bench/memory.sh [--files 300000] [--layers 10] [--tool PROGRAM] [--keep DIRECTORY]

Python's tarfile makes the image, one layer per package: its files with their MD5 sums, its description, links, and an ELF
file among each thousand. Each check runs alone, then all in one run. Memory is the peak that the kernel reports for the
process (`ru_maxrss`). The exit code is 1 if a check needs more than LIMIT or does not pass.
"""

import argparse
import gzip
import hashlib
import io
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

WORKSPACE = pathlib.Path(__file__).resolve().parent.parent
CHECKS = ["layers", "closure", "links", "modes", "ownership", "programs"]

# The loader, which needs no library.
LOADERS = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]

DESCRIPTION = """Package: {name}
Status: install ok installed
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@example.org>
Description: files
"""


class Layer:
    """A layer's tar, parents first, written to a blob of the layout."""

    def __init__(self, blobs):
        self.blobs, self.file = blobs, blobs / "new"
        self.plain = hashlib.sha256()
        self.gzip = gzip.GzipFile(self.file, "wb", 1, mtime=0)
        self.tar = tarfile.open(fileobj=self, mode="w|", format=tarfile.GNU_FORMAT)
        self.directories = set()

    def write(self, data):
        self.plain.update(data)
        return self.gzip.write(data)

    def add(self, path, kind, content=b"", **facts):
        parent = path.rpartition("/")[0]
        if parent and parent not in self.directories:
            self.add(parent, tarfile.DIRTYPE, mode=0o755)
            self.directories.add(parent)
        info = tarfile.TarInfo(path)
        info.type, info.size = kind, len(content)
        for name, value in ({"mode": 0o644} | facts).items():
            setattr(info, name, value)
        self.tar.addfile(info, io.BytesIO(content))

    def finish(self):
        """Returns descriptor and diff_id."""
        self.tar.close()
        self.gzip.close()
        return store(self.blobs, self.file.read_bytes(), "layer.v1.tar+gzip"), f"sha256:{self.plain.hexdigest()}"


def store(blobs, data, kind):
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}


def package(layer, number, count, elf):
    """Fills a layer."""
    name, sums = f"package-{number}", []
    for at in range(count):
        path = f"usr/lib/python3/dist-packages/{name}/module_{at // 50}/something_{at}.py"
        if at % 1000 == 0:
            content = elf
        elif at % 20 == 1:
            layer.add(path, tarfile.SYMTYPE, linkname=f"something_{at + 1}.py", mode=0o777)
            continue
        else:
            content = f"print({number}, {at})\n".encode()
        # Larger than the IDs that a rootless engine maps: the check `layers` records such owners.
        layer.add(path, tarfile.REGTYPE, content, uid=100_000)
        sums.append(f"{hashlib.md5(content).hexdigest()}  {path}\n")
    status = f"var/lib/dpkg/status.d/{name}"
    layer.add(status, tarfile.REGTYPE, DESCRIPTION.format(name=name).encode())
    layer.add(status + ".md5sums", tarfile.REGTYPE, "".join(sums).encode())


def image(directory, files, layers):
    """Writes a layout."""
    elf = next((pathlib.Path(path).read_bytes() for path in LOADERS if os.path.exists(path)), None)
    if elf is None:
        sys.exit(f"error: cannot make an image: no loader found, expected one of {', '.join(LOADERS)}")
    blobs = directory / "blobs/sha256"
    blobs.mkdir(parents=True)
    made = []
    for number in range(layers):
        layer = Layer(blobs)
        package(layer, number, files // layers, elf)
        made.append(layer.finish())
    (blobs / "new").unlink()
    config = {
        "architecture": "amd64", "os": "linux", "config": {},
        "history": [{"created_by": f"deb package-{number} 1.0 all"} for number in range(layers)],
        "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in made]},
    }
    manifest = {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": store(blobs, json.dumps(config).encode(), "config.v1+json"),
        "layers": [descriptor for descriptor, _ in made],
    }
    index = {"schemaVersion": 2, "manifests": [store(blobs, json.dumps(manifest).encode(), "manifest.v1+json")]}
    (directory / "index.json").write_text(json.dumps(index))
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def measure(tool, layout, checks):
    """Seconds, megabytes and the exit code of one run."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([tool, "--layout", layout, "--check", ",".join(checks)], stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.stderr.write(output.read(4000).decode(errors="replace"))
    return time.monotonic() - started, usage.ru_maxrss * 1024 / 1e6, process.returncode


def built_tool():
    command = [WORKSPACE / "bazelw", "build", "//tools/image_test"]
    subprocess.run(command, cwd=WORKSPACE, check=True)
    return WORKSPACE / "bazel-bin/tools/image_test/image_test"


def collect(tool, files, layers, keep=None):
    """Yields the name, seconds, megabytes and exit code of each check, last of all in one run."""
    directory = keep or pathlib.Path(tempfile.mkdtemp(prefix="distroless-memory."))
    try:
        if not (directory / "index.json").exists():
            # After exec, the peak memory of a process still includes that before it: so keep ours small.
            maker = multiprocessing.Process(target=image, args=(directory, files, layers))
            maker.start()
            maker.join()
            if maker.exitcode:
                sys.exit("error: cannot make an image: see above")
        for checks in [[check] for check in CHECKS] + [CHECKS]:
            yield checks[0] if len(checks) == 1 else "all checks", *measure(tool, directory, checks)
    finally:
        if not keep:
            shutil.rmtree(directory)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300_000)
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--tool", help="path of image_test (default: it is built)")
    parser.add_argument("--limit", type=float, default=200.0, help="highest accepted memory of a run in megabytes")
    parser.add_argument("--keep", type=pathlib.Path, help="directory of the image; it is written there if it is missing")
    options = parser.parse_args()
    print(f"{options.files} files in {options.layers} layers")
    good = True
    for name, seconds, megabytes, code in collect(options.tool or built_tool(), options.files, options.layers, options.keep):
        print(f"{name:<14}{megabytes:>7.0f} MB{seconds:>7.1f} s", flush=True)
        good &= code == 0 and megabytes <= options.limit
    if not good:
        sys.exit(f"error: cannot accept the checks: each must pass, with at most {options.limit:.0f} MB")


if __name__ == "__main__":
    main()
