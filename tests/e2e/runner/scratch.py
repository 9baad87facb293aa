"""The directory of a run, which CI_SCRATCH names: a copy of the checkout, a cache, and logs."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import steps

# The maximum disk usage of a run, in GB.
ROOM = 20

# A developer may have set these variables, but a new user does not have them.
UNSET = """BAZELW BAZELW_REFERENCE_TOOLS BAZELW_SUITE BAZELW_MODULE_FILES BAZELW_FIRST_REGISTRY DISTROLESS_REFERENCE_TOOLS
CARGO_TARGET_DIR TEST_TMPDIR""".split()

# The Bazel servers that a run may have started.
SERVERS = ["cache/bazel/_bazel_*/*/server", "*.base/server", "bazelw-tests*/*/bazel/_bazel_*/*/server"]


def make():
    """The directory that CI_SCRATCH names, or a new one on the file system with the most free space."""
    if os.environ.get("CI_SCRATCH"):
        directory = pathlib.Path(os.environ["CI_SCRATCH"])
    else:
        directory = pathlib.Path(tempfile.mkdtemp(prefix="distroless-ci.", dir=_roomiest()))
    for name in ("logs", "cache"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    return directory


def _roomiest():
    places = [os.environ.get("TMPDIR", "/tmp"), "/var/tmp", os.environ.get("HOME", "/tmp")]
    rooms = [(shutil.disk_usage(place).free >> 30, place) for place in places if os.access(place, os.W_OK)]
    room, place = max(rooms, key=lambda each: each[0], default=(0, ""))
    if room < ROOM:
        raise steps.Refused(
            f"cannot run the check: it needs {ROOM} GB, and the most that is free is {room} GB\n"
            "hint: set TMPDIR to a directory with room"
        )
    return place


def environment(directory, sample, commit):
    """The variables of the steps."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return kept | {
        "CHECKOUT": str(steps.CHECKOUT),
        "CI_COMMIT": commit,
        "CI_SAMPLE": sample,
        "CI_SCRATCH": str(directory),
        "WORKSPACE": str(directory / "distroless"),
        "XDG_CACHE_HOME": str(directory / "cache"),
        # HOME may be unset in a minimal environment; rustup and cargo need it.
        "HOME": os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir,
        # The check changes no file of the checkout.
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def remove(directory):
    """Stops the Bazel servers of this directory, and no others, and removes the directory."""
    for pattern in SERVERS:
        for server in directory.glob(pattern):
            _stop(server / "server.pid.txt", directory)
    # Bazel makes its outputs read-only.
    subprocess.run(["chmod", "--recursive", "u+rwX", str(directory)], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", str(directory)])


def _stop(pid_file, directory):
    """Stops the process only if its command line names this directory, because the ID may be reused."""
    try:
        process = int(pid_file.read_text())
        if str(directory).encode() not in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
            return
        os.kill(process, signal.SIGTERM)
        for _ in range(50):
            time.sleep(0.2)
            os.kill(process, 0)
        os.kill(process, signal.SIGKILL)
    except (OSError, ValueError):
        # It has ended.
        return
