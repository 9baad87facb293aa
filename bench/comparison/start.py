"""Measures how long an image takes to unpack and how long a container of it takes to start and end."""

import json
import pathlib
import shutil
import statistics
import subprocess
import time

import layouts

# The path of the trivial program in the container. The runtime creates it, so it hides no file of the image.
PROGRAM = "/dev/busybox"


def busybox(image, directory):
    """The static BusyBox of a debug image, as a file."""
    for layer in image.layers():
        with layouts.open_tar(layer) as archive:
            for member in archive:
                if member.isreg() and member.name.removeprefix("./") == "busybox/busybox":
                    file = pathlib.Path(directory) / "busybox"
                    file.write_bytes(archive.extractfile(member).read())
                    file.chmod(0o755)
                    return file
    raise SystemExit(f"error: cannot read `{image.layout}`: no layer has `busybox/busybox`\nhint: use a debug image")


def seconds(line):
    started = time.monotonic()
    done = subprocess.run(line, capture_output=True, text=True)
    taken = time.monotonic() - started
    if done.returncode:
        raise SystemExit(f"error: cannot run `{' '.join(map(str, line))}`: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return taken


def once(image, busybox, directory):
    """Unpacks the image with umoci, and runs a static program in it with runc: the seconds of both."""
    bundle = pathlib.Path(directory) / "bundle"
    reference = f"{image.layout}:latest"
    try:
        bundle.mkdir()
        unpack = seconds(["umoci", "raw", "unpack", "--image", reference, bundle / "rootfs"])
        seconds(["umoci", "raw", "runtime-config", "--image", reference, "--rootfs", bundle / "rootfs", bundle / "config.json"])
        config = json.loads((bundle / "config.json").read_text())
        config["process"] |= {"terminal": False, "args": [PROGRAM, "true"], "user": {"uid": 0, "gid": 0}}
        mount = {"destination": PROGRAM, "type": "bind", "source": str(busybox), "options": ["bind", "ro"]}
        config["mounts"].append(mount)
        (bundle / "config.json").write_text(json.dumps(config))
        line = ["runc", "--root", pathlib.Path(directory) / "runc", "run", "--bundle", bundle, "comparison"]
        # The PID namespace ends with the command, so that no process is left.
        start = seconds(["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", *line])
    finally:
        shutil.rmtree(bundle, ignore_errors=True)
    return unpack, start


def medians(images, busybox, directory, runs):
    """Median seconds for each image. Each round measures every image once, so that load hits all of them."""
    found = {name: [] for name in images}
    for _ in range(runs):
        for name, image in images.items():
            found[name].append(once(image, busybox, directory))
    return {
        name: {"unpack_seconds": round(statistics.median(a for a, _ in pairs), 3), "start_seconds": round(statistics.median(b for _, b in pairs), 3)}
        for name, pairs in found.items()
    }
