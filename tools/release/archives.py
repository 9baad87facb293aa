"""The archives of a release. layer_assembler writes them: equal files make equal bytes on every machine."""

import json
import pathlib
import subprocess
import tempfile

from platforms import CLI, TOOLS
from refused import Refused

# The files that the archive of the program `distroless` has in `share/distroless`.
SHARED = {"image.schema.json": "docs/reference/formats/image.schema.json"}


def source_archive(assembler, root, files, version, archive):
    """The source archive, from the files below `root`."""
    prefix = f"distroless-{version}"
    entries = [_link(f"{prefix}/{path}", file.target) if file.target else _file(f"{prefix}/{path}", root / path, file.mode) for path, file in files.items()]
    _write(assembler, entries, archive)


def registry_archive(assembler, directory, archive):
    """The registry: a published release has files only, and no directories."""
    files = (path for path in directory.rglob("*") if path.is_file())
    _write(assembler, [_file(f"registry/{path.relative_to(directory).as_posix()}", path, 0o644) for path in files], archive)


def tools_archive(assembler, programs, texts, archive):
    """The programs for Bazel's rules, without a top-level directory."""
    entries = [_file(f"bin/{tool}", programs / tool, 0o755) for tool in TOOLS]
    _write(assembler, entries + _texts("", texts), archive)


def cli_archive(assembler, programs, root, texts, version, archive):
    """The program `distroless`, in a directory that names the version."""
    prefix = f"distroless-{version}"
    entries = [_file(f"{prefix}/bin/{CLI}", programs / CLI, 0o755)]
    entries += [_file(f"{prefix}/share/distroless/{name}", root / path, 0o644) for name, path in SHARED.items()]
    _write(assembler, entries + _texts(prefix + "/", texts), archive)


def _file(path, source, mode):
    return {"path": path, "type": "file", "mode": f"{mode:04o}", "source": str(source)}


def _link(path, target):
    return {"path": path, "type": "symlink", "mode": "0777", "target": target}


def _texts(prefix, texts):
    return [{"path": prefix + name, "type": "file", "mode": "0644", "content": text} for name, text in sorted(texts.items())]


def _write(assembler, entries, archive):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "entries.json").write_text(json.dumps(entries))
        command = [assembler, "files", "--entries", scratch / "entries.json", "--name", archive.name, "--created-by", "release"]
        command += ["--layer", archive, "--metadata", scratch / "metadata", "--mtree", scratch / "mtree"]
        if subprocess.run(command, check=False).returncode:
            raise Refused(f"cannot write `{archive}`: see above")
