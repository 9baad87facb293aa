"""A tree of files: those of a commit, as the source archive has them."""

import dataclasses
import io
import tarfile


@dataclasses.dataclass(frozen=True)
class File:
    """A regular file, or a symbolic link if it has a target."""

    content: bytes = b""
    executable: bool = False
    target: str = ""

    @property
    def mode(self):
        if self.target:
            return 0o777
        return 0o755 if self.executable else 0o644


def from_tar(data):
    """{path: File} of a tar archive, such as `git archive` writes it."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {entry.name: _file(tar, entry) for entry in tar if not entry.isdir()}


def _file(tar, entry):
    if entry.issym():
        return File(target=entry.linkname)
    return File(tar.extractfile(entry).read(), bool(entry.mode & 0o100))


def write(tree, directory):
    """Makes the directory a copy of the tree. Files that are there already keep their times, so that cargo compiles only what changed."""
    kept = set()
    for path, file in tree.items():
        place = directory / path
        kept.add(place)
        if not _is(place, file):
            _replace(place, file)
    for place in sorted(directory.rglob("*"), reverse=True):
        if place in kept:
            continue
        if place.is_symlink() or not place.is_dir():
            place.unlink()
        elif not any(place.iterdir()):
            place.rmdir()


def _is(place, file):
    if place.is_symlink() or file.target:
        return place.is_symlink() and str(place.readlink()) == file.target
    return place.is_file() and place.stat().st_mode & 0o777 == file.mode and place.read_bytes() == file.content


def _replace(place, file):
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() or place.is_file():
        place.unlink()
    if file.target:
        place.symlink_to(file.target)
    else:
        place.write_bytes(file.content)
        place.chmod(file.mode)
