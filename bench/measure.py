"""Runs processes and measures them, and describes the machine: used by all benchmarks."""

import json
import os
import pathlib
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import typing


class Used(typing.NamedTuple):
    """The use of a process and its children: seconds, seconds, MiB of the largest process, bytes, bytes."""

    cpu: float
    wall: float
    peak: float
    read: int
    written: int


def finish(process, started, expected=0, output=None):
    """Waits for a process, and returns what it used. `output` is the file with what it prints, for the message of a failure."""
    # The counters of I/O are readable until the process is waited for. They include those of its children.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    counters = _counters(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        if output:
            output.seek(0)
            sys.stderr.write(output.read()[-4000:].decode(errors="replace"))
        sys.exit(f"error: cannot run `{' '.join(map(str, process.args))[:200]}`: exit code {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Used(cpu, wall, usage.ru_maxrss / 1024, int(counters.get("rchar", 0)), int(counters.get("wchar", 0)))


def _counters(pid):
    """The counters of I/O of a process (proc(5)), or none where the kernel does not show them."""
    try:
        return dict(re.findall(r"^(\w+): (\d+)$", pathlib.Path(f"/proc/{pid}/io").read_text(), re.MULTILINE))
    except OSError:
        return {}


def run(argv, expected=0, **options):
    """Runs a process to its end, and returns what it used."""
    started = time.monotonic()
    return finish(subprocess.Popen(argv, **options), started, expected)


def quietly(argv, **options):
    """The same without its output, which is shown only if it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, **options)
        return finish(process, started, 0, output)


def total(used, wall):
    """The sum of several processes, which together took `wall` seconds."""
    return Used(
        sum(one.cpu for one in used), wall, max(one.peak for one in used), sum(one.read for one in used), sum(one.written for one in used)
    )


def medians(runs):
    """The median of each field of a list of tuples."""
    return type(runs[0])(*(statistics.median(column) for column in zip(*runs)))


def floor():
    """MiB of this process. A process that it starts has at least this peak, because the kernel counts the time before exec."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load():
    """The load of the machine in the last minute."""
    return float(pathlib.Path("/proc/loadavg").read_text().split()[0])


def machine():
    """Facts of this machine that explain times."""
    facts = dict(re.findall(r"^(model name|MemTotal)\s*:\s*(.*)$", _text("/proc/cpuinfo") + _text("/proc/meminfo"), re.MULTILINE))
    distribution = dict(re.findall(r'^(\w+)="?([^"\n]*)', _text("/etc/os-release"), re.MULTILINE))
    return {
        "processor": facts.get("model name", platform.processor() or platform.machine()),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(facts.get("MemTotal", "0 kB").split()[0]) / (1 << 20)),
        "kernel": platform.release(),
        "distribution": distribution.get("PRETTY_NAME", "unknown"),
    }


def _text(path):
    file = pathlib.Path(path)
    return file.read_text() if file.exists() else ""


def documents(text):
    """The JSON documents that follow one another in a text."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        document, place = decoder.raw_decode(text, place)
        yield document
        while place < len(text) and text[place].isspace():
            place += 1


def cpu_seconds(process):
    """The CPU time that a process, given by its number, has used so far. The kernel counts in steps of 10 ms."""
    fields = pathlib.Path("/proc", str(process), "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def version(program, *arguments):
    """The version that a program prints, or None if it is not on PATH."""
    if not shutil.which(program):
        return None
    done = subprocess.run([program, *(arguments or ["--version"])], capture_output=True, text=True)
    found = re.search(r"\d+\.\d+[^\s,)']*", done.stdout + done.stderr)
    return found[0] if found else "unknown"
