"""The source of a release: the committed files with the version that is released."""

import dataclasses
import datetime
import os
import tempfile

import tree
import version
from commands import bytes_of, output_of
from refused import Refused


@dataclasses.dataclass(frozen=True)
class Source:
    """The files, and where they come from."""

    files: dict
    version: str
    commit: str
    git_tree: str
    seconds: int

    @property
    def time(self):
        """The time of the commit, in UTC: no file of a release has any other time."""
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def text(self, path):
        if path not in self.files:
            raise Refused(f"cannot read `{path}`: the commit has no such file")
        return _text(path, self.files[path])


def committed(repository, new_version, allow_dirty):
    """The files of the commit that is checked out, without those that .gitattributes leaves out."""
    git = ["git", "-C", str(repository)]
    if not (repository / ".git").exists() and "GIT_DIR" not in os.environ:
        raise Refused(f"cannot release `{repository}`: it is not a checkout of git", "release from a clone of the repository")
    changed = output_of(*git, "status", "--porcelain").splitlines()
    if changed and not allow_dirty:
        names = ", ".join(f"`{line[3:]}`" for line in changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        raise Refused(f"cannot release `{repository}`: files differ from the commit: {names}", "commit them; for a trial, pass --dirty")
    git_tree = _dirty_tree(git) if changed else output_of(*git, "rev-parse", "HEAD^{tree}").strip()
    commit, seconds = output_of(*git, "show", "--no-patch", "--format=%H %ct", "HEAD").split()
    files = tree.from_tar(bytes_of(*git, "archive", "--format=tar", git_tree))
    found = Source(files, new_version, commit, git_tree, int(seconds))
    return dataclasses.replace(found, files=_with_version(found))


def _dirty_tree(git):
    """A tree with the changes that are not committed. The index of the user is unchanged."""
    with tempfile.TemporaryDirectory() as scratch:
        variables = os.environ | {"GIT_INDEX_FILE": os.path.join(scratch, "index")}
        output_of(*git, "read-tree", "HEAD", env=variables)
        output_of(*git, "add", "--all", ":/", env=variables)
        return output_of(*git, "write-tree", env=variables).strip()


def _with_version(source):
    """The files with the version of the release. The lock of the tools is empty: the release fills it."""
    old, files = version.stated(source.text), {}
    for path, file in source.files.items():
        content = file.content
        if not file.target and path.endswith((".md", ".bazel", ".toml", ".lock")):
            content = version.with_version(path, _text(path, file), old, source.version, source.time[:10]).encode()
        files[path] = tree.File(content, file.executable, file.target)
    return files


def _text(path, file):
    try:
        return file.content.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"cannot read `{path}`: the file is not in UTF-8") from error
