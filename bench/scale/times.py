"""Measures the CPU time of real actions, and models the time of others: a constant, and a part for each byte or input."""

import os
import pathlib
import shutil
import subprocess
import tempfile

# The units that the time of an action may grow with.
BYTE, INPUT = "byte of its packages", "input"

# The name of the file with the options of an action.
PARAMETERS = "action.params"

# Seconds: shorter times are not resolved.
SHORTEST = 1e-4


class Run:
    """Runs actions in directories with links to their inputs, below SCRATCH."""

    def __init__(self, execution_root, output_base, scratch):
        self.root, self.base, self.scratch = (pathlib.Path(each) for each in (execution_root, output_base, scratch))

    def path(self, path):
        """An input in the file system. Each build removes the repositories that it does not need from the execution root."""
        return (self.base if path.startswith("external/") else self.root) / path

    def _prepare(self, directory, action):
        for path in [*action.inputs, action.arguments[0]]:
            if not self.path(path).exists():
                raise SystemExit(f"error: cannot measure `{action.label}`: there is no input `{path}`")
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            if not (directory / path).exists():
                os.symlink(self.path(path).resolve(), directory / path)
        for path in action.outputs:
            (directory / path).parent.mkdir(parents=True, exist_ok=True)

    def seconds(self, action):
        """User and system time of one run of the tool."""
        directory = pathlib.Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            self._prepare(directory, action)
            # As Bazel runs it: the options are escaped for a parameter file (`argument` in argument.bzl).
            (directory / PARAMETERS).write_text("".join(f"{option}\n" for option in action.arguments[1:]))
            command = [action.arguments[0], f"@{PARAMETERS}"]
            process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said = process.stdout.read()
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            if status:
                raise SystemExit(f"error: cannot measure `{action.label}`: {action.mnemonic} failed\n{said.decode()}")
            return usage.ru_utime + usage.ru_stime
        finally:
            subprocess.run(["chmod", "--recursive", "u+rwX", directory], check=False)
            shutil.rmtree(directory, ignore_errors=True)

    def size(self, path):
        return self.path(path).stat().st_size


def measure(actions, run, mnemonics, runs):
    """The model of each kind of actions with MNEMONICS, from the best of RUNS runs of each action."""
    points = {}
    for action in actions:
        if action.mnemonic in mnemonics and not OTHER_COMMANDS & set(action.arguments[1:2]):
            best = min(run.seconds(action) for _ in range(runs))
            points.setdefault(kind(action), []).append((package_bytes(action, run.size), len(action.inputs), best))
    return {each: fit(measured) for each, measured in sorted(points.items())}


def kind(action):
    """The kind of an action: its mnemonic, and for layers that are not of one package whether it reads libraries of packages."""
    if action.mnemonic == "LayerAssemble":
        reads = any(path.endswith(".libraries.json") for path in action.inputs)
        return "LayerAssemble, ld.so.cache" if reads else "LayerAssemble, files"
    return action.mnemonic


# Commands of layers that generated images do not have: certificates are read from packages too, but by other code.
OTHER_COMMANDS = {"cacerts", "java-keystore"}


def package_bytes(action, sizes):
    """The bytes of the packages that an action reads; `sizes` gives the size of a path."""
    return sum(sizes(path) for path in action.inputs if path.endswith(".deb"))


def line(points):
    """The line through points (x, y) with the least squares of relative errors, as (constant, slope). Neither is negative.

    With absolute errors, the largest packages alone would decide, and the time of small actions would be wrong by factors.
    """
    weighted = [(x, y, 1 / max(y, SHORTEST) ** 2) for x, y in points]
    total = sum(w for _, _, w in weighted)
    right, up = sum(w * x for x, _, w in weighted), sum(w * y for _, y, w in weighted)
    squares, products = sum(w * x * x for x, _, w in weighted), sum(w * x * y for x, y, w in weighted)
    spread = total * squares - right * right
    slope = max(0.0, (total * products - right * up) / spread) if spread > 1e-9 * total * squares else 0.0
    constant = (up - slope * right) / total
    if constant < 0:
        return 0.0, products / squares
    return constant, slope


def error(points, constant, slope):
    """The mean of the relative errors of a line."""
    return sum(abs(constant + slope * x - y) / max(y, SHORTEST) for x, y in points) / len(points)


def fit(measured):
    """The model of one kind from points (bytes, inputs, seconds): by bytes for actions that read packages, otherwise by inputs."""
    unit = BYTE if any(size for size, _, _ in measured) else INPUT
    points = [(size if unit == BYTE else inputs, seconds) for size, inputs, seconds in measured]
    constant, slope = line(points)
    return {
        "unit": unit,
        "constant_seconds": float(f"{constant:.4g}"),
        "seconds_per_unit": float(f"{slope:.4g}"),
        "mean_relative_error": round(error(points, constant, slope), 3),
        "actions": len(measured),
        "measured_seconds": round(sum(seconds for *_, seconds in measured), 4),
    }


def modelled(models, action, sizes):
    """The seconds of an action. Bazel itself writes the files of actions without a tool, which costs no worker's time."""
    model = models.get(kind(action))
    if model is None:
        return 0.0
    amount = package_bytes(action, sizes) if model["unit"] == BYTE else len(action.inputs)
    return model["constant_seconds"] + model["seconds_per_unit"] * amount
