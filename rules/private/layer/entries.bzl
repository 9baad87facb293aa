"""Entries of a layer for the layer assembler, one dict each. `docs/tool_contract.md` describes their format; a path of a
source is a File object here."""

def _file(path, content = None, source = None, mode = "0644", uid = 0, gid = 0, mtime = 0):
    entry = {"gid": gid, "mode": mode, "mtime": mtime, "path": path, "type": "file", "uid": uid}
    if source:
        return entry | {"source": source}
    return entry | {"content": content}

def _directory(path, mode = "0755", uid = 0, gid = 0, mtime = 0):
    return {"gid": gid, "mode": mode, "mtime": mtime, "path": path, "type": "dir", "uid": uid}

def _symlink(path, target, mode = "0777", uid = 0, gid = 0, mtime = 0):
    return {"gid": gid, "mode": mode, "mtime": mtime, "path": path, "target": target, "type": "symlink", "uid": uid}

def relative_path(label, attribute, path):
    """Converts an absolute path in an image to the form in tar archives. Fails for any other path.

    Args:
      label: the target, for the message.
      attribute: the name of the attribute that contains the path.
      path: an absolute path, such as `/etc/passwd`.

    Returns:
      The path without the leading slash; `.` for the root directory.
    """
    parts = path.split("/")
    if not path.startswith("/") or (path != "/" and [p for p in parts[1:] if p in ["", ".", ".."]]):
        fail("cannot lay out `%s`: %s: `%s` is not an absolute path without `.`, `..` and empty parts" % (label, attribute, path))
    return path[1:] or "."

entries = struct(
    directory = _directory,
    file = _file,
    symlink = _symlink,
)
