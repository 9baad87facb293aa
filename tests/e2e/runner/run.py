"""Runs steps and prints their results."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import excerpt
import sample
import scratch
import session
import steps

# A step that another program must run first; without it the others fail.
NEEDED = ("copy_checkout", "readme_build")


def all_steps(table, everything, names):
    """Runs the steps, or only those of `names`, whose directory is kept; the exit code is 0 if all passed."""
    for name in names or []:
        steps.named(table, name)
    if not names and os.environ.get("CI_SCRATCH"):
        raise steps.Refused(
            "cannot run the check: CI_SCRATCH is set, but all steps run in a new directory\nhint: unset it, or name steps with `--keep`"
        )
    commit = _commit()
    quarter = sample.chosen(everything, os.environ.get("CI_SAMPLE"), commit)
    directory = scratch.make()
    variables = scratch.environment(directory, quarter, commit)
    try:
        return _report(_run(table, names, directory, variables), directory, quarter)
    finally:
        if names:
            print(f"kept: CI_SCRATCH={directory}")
        else:
            scratch.remove(directory)


def one(step):
    """Runs one step in the directory CI_SCRATCH."""
    if not os.environ.get("CI_SCRATCH"):
        raise steps.Refused("cannot run one step: CI_SCRATCH is not set\nhint: `.ci/run --keep NAME…` prints it")
    directory = scratch.make()
    commit = _commit()
    variables = scratch.environment(directory, sample.chosen(False, os.environ.get("CI_SAMPLE"), commit), commit)
    return session.run(step, variables)


def _commit():
    asked = subprocess.run(["git", "-C", str(steps.CHECKOUT), "rev-parse", "HEAD"], capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else "0001"


def _run(table, names, directory, variables):
    """Runs the steps; returns how many passed and how many failed."""
    passed = failed = 0
    for step in table:
        if names and step.name not in names:
            continue
        if step.sampled and not names and not sample.has_step(variables["CI_SAMPLE"]):
            print(f"NOT IN THIS SAMPLE {step.name}", flush=True)
            continue
        if _run_step(step, directory, variables):
            passed += 1
        else:
            failed += 1
            if step.name in NEEDED:
                break
    return passed, failed


def _run_step(step, directory, variables):
    """Runs a step in its own process group, which is killed when the time is over; prints the result."""
    log = directory / "logs" / f"{step.name}.log"
    notes = directory / "notes"
    notes.write_text("")
    started = time.monotonic()
    code = _limited(step, log, variables)
    seconds = int(time.monotonic() - started)
    if code in (0, session.SKIPPED):
        print(f"PASS {step.name} ({seconds} s)")
        print("".join(f"  {line}\n" for line in notes.read_text().splitlines()), end="", flush=True)
        return True
    print(f"FAIL {step.name} ({seconds} s, exit code {code})")
    if code == 124:
        print(f"  not done in {step.minutes} minutes")
    lines = excerpt.lines(log.read_text(errors="replace"))
    print("".join(f"  | {line}\n" for line in lines), end="", flush=True)
    return False


def _limited(step, log, variables):
    """The exit code of a step; 124 if its time is over."""
    command = [sys.executable, str(pathlib.Path(__file__).parent), "--one", step.name]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        try:
            return process.wait(step.minutes * 60)
        except subprocess.TimeoutExpired:
            return 124
        finally:
            _end(process)


def _end(process):
    """Ends a step that is not done. Servers of Bazel have their own process groups."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _report(result, directory, quarter):
    passed, failed = result
    skipped = directory / "skipped"
    lines = skipped.read_text().splitlines() if skipped.exists() else []
    if lines:
        print("SKIPPED, because a program is missing:")
        print("".join(f"  {line}\n" for line in lines), end="")
    print(f"sample: {sample.in_words(quarter)}; {_minutes()} minutes")
    print(f"{passed} passed, {failed} failed, {len(lines)} skipped", flush=True)
    return 0 if passed and not failed else 1


_STARTED = time.monotonic()


def _minutes():
    return int(time.monotonic() - _STARTED) // 60
