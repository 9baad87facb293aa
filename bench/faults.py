"""Checks the outputs of the tools if they are killed, and their behaviour on unusual machines.

    bench/faults.sh [--kills 100] [--seed 1] [--tools DIRECTORY]

Makes a package of random bytes, which `deb_extractor`, `layer_assembler merge` and `index_writer layout` process, and which
`debian_lock update` locks from a directory. Each tool is killed (SIGKILL) at random moments of its run, over the outputs of an earlier
run. After each kill, an output is completely old or completely new, and the only other new file in its directory may be a temporary file or
directory that the next run removes. The run after the last kill writes the same bytes as a run that was not killed.

Then each tool runs with a full disk, in a directory that cannot be written, without HOME, with an unusual umask, locale and time zone,
and twice at once. The bytes are the same, or the tool reports an error with exit code 1 and leaves no partial output.

`--tools` is the `bin/tools` directory of a build: `./bazelw build //tools/...`. The exit code is 1 if a check fails.
"""

import argparse
import hashlib
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

WORKSPACE = pathlib.Path(__file__).resolve().parent.parent

MANIFEST = """version: 1
sources:
  - directory: debs
archs: [amd64]
packages: [made]
"""

CONTROL = """Package: made
Version: 1.0
Architecture: amd64
Maintainer: nobody <nobody@example.org>
Description: random bytes
"""


def ar(members):
    """An ar archive in the format of deb(5)."""
    out = io.BytesIO(b"!<arch>\n")
    out.seek(0, io.SEEK_END)
    for name, data in members:
        out.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode())
        out.write(data + b"\n" * (len(data) % 2))
    return out.getvalue()


def tar(files):
    """A plain tar of directories (content None) and files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.type, info.mode = (tarfile.DIRTYPE, 0o755) if content is None else (tarfile.REGTYPE, 0o644)
            info.size = len(content or b"")
            archive.addfile(info, io.BytesIO(content or b""))
    return out.getvalue()


def make_package(path, source):
    content = [("./usr", None), ("./usr/share", None), ("./usr/share/made", None)]
    content += [(f"./usr/share/made/{number}", source.randbytes(200_000)) for number in range(40)]
    members = [("debian-binary", b"2.0\n"), ("control.tar", tar([("./control", CONTROL.encode())])), ("data.tar", tar(content))]
    path.write_bytes(ar(members))


class Phase:
    """One tool: its command, and the files and directories that it makes."""

    def __init__(self, name, command, outputs, fresh=False):
        self.name, self.command, self.outputs = name, command, outputs
        # Whether the tool needs an output path that does not exist, as in Bazel.
        self.fresh = fresh

    def run(self, directory, environment=None, **more):
        return subprocess.run(self.command, cwd=directory, capture_output=True, env=environment, check=False, **more)


def phases(tools):
    """The tools; each needs the outputs of the previous one."""
    layer = ["--layer=layer.tar.gz", "--metadata=layer.json", "--mtree=layer.mtree"]
    merged = ["--layer=merged.tar.gz", "--metadata=merged.json", "--mtree=merged.mtree"]
    image = ["--config=config.json", "--manifest=manifest.json", "--descriptor=descriptor.json", "--digest=digest"]
    return [
        Phase("lock", [tools / "debian_lock/debian_lock", "update", "--offline", "--cache=cache", "made.yaml"], ["made.lock.json"]),
        Phase("extract", [tools / "deb_extractor/deb_extractor", "--deb=debs/made_1.0_amd64.deb", "--name=made", "--created-by=deb made", *layer],
              ["layer.tar.gz", "layer.json", "layer.mtree"]),
        Phase("merge", [tools / "layer_assembler/layer_assembler", "merge", "--inputs=inputs.json", "--name=merged", "--created-by=merged", *merged],
              ["merged.tar.gz", "merged.json", "merged.mtree"]),
        Phase("image", [tools / "index_writer/index_writer", "image", "--os=linux", "--architecture=amd64", "--layer=layer.json", "--layer=merged.json", *image],
              ["config.json", "manifest.json", "descriptor.json", "digest"]),
        Phase("layout", [tools / "index_writer/index_writer", "layout", "--root=descriptor.json", "--document=config.json", "--document=manifest.json",
                         "--layer=layer.json=layer.tar.gz", "--layer=merged.json=merged.tar.gz", "--output=layout"], ["layout"], fresh=True),
    ]


def facts(path):
    """The digest of a file, or of a directory with its whole content; None if the path does not exist."""
    if path.is_dir():
        names = sorted(str(each.relative_to(path)) for each in path.rglob("*"))
        return hashlib.sha256(json.dumps([(name, facts(path / name) if (path / name).is_file() else "") for name in names]).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def listing(directory):
    """All names in a directory and in the directories that tools write to, except the cache, which may have partial downloads."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if "cache" not in path.relative_to(directory).parts}


class Failures:
    def __init__(self):
        self.count = 0

    def check(self, condition, text):
        if not condition:
            self.count += 1
            print(f"fault: {text}")


def killed(phase, directory, kills, source, failures):
    """Kills a tool `kills` times over its earlier outputs; returns how often it had already finished."""
    whole = {name: facts(directory / name) for name in phase.outputs}
    if phase.fresh:
        clear(phase, directory)
    begun = time.monotonic()
    phase.run(directory)
    length = time.monotonic() - begun
    names, ended = listing(directory), 0
    for number in range(kills):
        if phase.fresh:
            clear(phase, directory)
        process = subprocess.Popen(phase.command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(source.uniform(0, length * 1.2))
        process.kill()
        ended += process.wait() == 0
        left = {name for name in listing(directory) - names if not is_temporary(phase, name)}
        failures.check(not left, f"{phase.name}, kill {number}: unexpected files next to the outputs: {sorted(left)}")
        for name in phase.outputs:
            failures.check(facts(directory / name) in (whole[name], None), f"{phase.name}, kill {number}: `{name}` is a partial output")
    if phase.fresh:
        clear(phase, directory)
    result = phase.run(directory)
    failures.check(result.returncode == 0, f"{phase.name}, after all kills: {result.stderr.decode()}")
    failures.check({name: facts(directory / name) for name in phase.outputs} == whole, f"{phase.name}: other bytes after all kills")
    failures.check(listing(directory) == names, f"{phase.name}: unexpected files after all kills: {sorted(listing(directory) - names)}")
    return ended, length


def is_temporary(phase, name):
    top = name.split("/")[0]
    return (phase.fresh and top in phase.outputs) or any(top.startswith(f".{output}.tmp-") for output in phase.outputs)


def odd(phase, directory, failures):
    """Runs a tool in environments that may not change its outputs."""
    whole = {name: facts(directory / name) for name in phase.outputs}
    plain = {"PATH": os.environ["PATH"]}
    for name, environment, mask in [
        ("no HOME", plain, 0o022),
        ("umask 077", plain, 0o077),
        ("umask 0", plain, 0o000),
        ("a Turkish locale, a time zone with odd minutes", plain | {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}, 0o022),
        ("a clock years off", plain | {"SOURCE_DATE_EPOCH": "99999999999"}, 0o022),
    ]:
        clear(phase, directory)
        result = phase.run(directory, environment, umask=mask)
        failures.check(result.returncode == 0, f"{phase.name}, {name}: {result.stderr.decode()}")
        failures.check({each: facts(directory / each) for each in phase.outputs} == whole, f"{phase.name}, {name}: other bytes")
    both = [subprocess.Popen(phase.command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[1].decode() for process in both]
    for process, text in zip(both, said):
        failures.check(process.returncode == 0 or text.startswith("error: cannot "), f"{phase.name}, two at once: {text}")
    failures.check({each: facts(directory / each) for each in phase.outputs} == whole, f"{phase.name}, two at once: other bytes")


def clear(phase, directory):
    for name in phase.outputs:
        path = directory / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def bad_disk(phase, directory, failures):
    """A full disk and a disk that cannot be written: tmpfs in a mount namespace of this test."""
    for name, options in [("a full disk", "size=16k"), ("a disk that cannot be written", "ro,size=16m")]:
        script = (
            'mount -t tmpfs -o "$1" none "$2/disk" && cd "$2/disk" && for each in ../*; do test "$each" = ../disk || ln -s "$each" . 2>/dev/null; done; '
            'shift 2; "$@" 2>&1; echo "exit code $?"; find . -mindepth 1 -not -type l'
        )
        (directory / "disk").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            copy = pathlib.Path(place)
            for path in directory.iterdir():
                if path.name not in [*phase.outputs, "disk"]:
                    os.symlink(path, copy / path.name)
            (copy / "disk").mkdir()
            command = ["unshare", "--mount", "sh", "-c", script, "sh", options, copy, *phase.command]
            if name != "a full disk":
                command = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$1/disk" && cp -P "$1"/* "$1/disk" 2>/dev/null; cd "$1/disk" && mount -o remount,ro . && shift && "$@" 2>&1; echo "exit code $?"; find . -mindepth 1 -not -type l -not -name disk', "sh", copy, *phase.command]
            said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        fits = "exit code 0" in said and name == "a full disk"
        failures.check(fits or ("error: cannot " in said and "exit code 1" in said), f"{phase.name}, {name}: {said}")
        failures.check(fits or not said.split("exit code 1\n")[-1].strip(), f"{phase.name}, {name}: partial outputs: {said}")
    shutil.rmtree(directory / "disk", ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", type=pathlib.Path, default=WORKSPACE / "bazel-bin/tools")
    options = parser.parse_args()
    source, failures = random.Random(options.seed), Failures()
    can_mount = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    with tempfile.TemporaryDirectory() as place:
        directory = pathlib.Path(place)
        (directory / "debs").mkdir()
        make_package(directory / "debs/made_1.0_amd64.deb", source)
        (directory / "made.yaml").write_text(MANIFEST)
        (directory / "inputs.json").write_text(json.dumps([{"file": "layer.tar.gz", "name": "//:made", "metadata": "layer.json"}]))
        for phase in phases(options.tools.resolve()):
            result = phase.run(directory)
            if result.returncode:
                sys.exit(f"{phase.name}: {result.stderr.decode()}")
            ended, length = killed(phase, directory, options.kills, source, failures)
            odd(phase, directory, failures)
            if can_mount:
                bad_disk(phase, directory, failures)
            print(f"{phase.name}: {options.kills} kills within {length * 1.2:.3f} s, {ended} of them after the end of the tool", flush=True)
    if not can_mount:
        print("NOT TESTED: a full disk, and one that cannot be written: this needs a mount namespace (run as root)")
    print(f"{failures.count} faults, seed {options.seed}")
    sys.exit(failures.count > 0)


if __name__ == "__main__":
    main()
