"""The directory of a release: complete, or unchanged."""

import contextlib
import os
import pathlib
import shutil
import tempfile

from refused import Refused


def check(directory):
    """Refuses a directory that has files: a release is never mixed with another one."""
    if directory.is_symlink():
        raise Refused(f"cannot write `{directory}`: it is a symbolic link", "choose another directory with --output")
    if directory.is_dir() and any(directory.iterdir()):
        raise Refused(f"cannot write `{directory}`: it has files already", "remove it, or choose another directory with --output")
    if directory.exists() and not directory.is_dir():
        raise Refused(f"cannot write `{directory}`: it is no directory", "choose another directory with --output")
    parent = directory.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"cannot write `{directory}`: {error.strerror}", "choose another directory with --output") from error
    if not os.access(parent, os.W_OK | os.X_OK):
        raise Refused(f"cannot write `{directory}`: `{parent}` is not writable", "choose another directory with --output")


@contextlib.contextmanager
def unfinished(directory):
    """A directory next to it, which takes its name if all is well."""
    try:
        new = pathlib.Path(tempfile.mkdtemp(prefix=directory.name + ".", dir=directory.parent))
    except OSError as error:
        raise Refused(f"cannot write `{directory}`: {error.strerror}", "choose another directory with --output") from error
    try:
        yield new
        new.chmod(0o755)
        new.rename(directory)
    finally:
        shutil.rmtree(new, ignore_errors=True)
