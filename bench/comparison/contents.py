"""Counts the content of an image: its merged root, read from the layers."""

import posixpath
import re

import layouts

# Names of programs by kind. A name is counted if a directory of programs has it, as a file or as a link.
SHELLS = re.compile(r"(ba|da|a|z|k|c|tc|)sh|busybox")
INTERPRETERS = re.compile(r"(perl|python|lua|ruby|node|php)[0-9.]*|[mgn]?awk")
MANAGERS = re.compile(r"apt(-get)?|dpkg|apk|rpm|dnf|yum|pip[0-9.]*")
DIRECTORIES = {"bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "busybox"}


class Entry:
    """A file of the root."""

    def __init__(self, member, data):
        self.kind = "directory" if member.isdir() else "link" if member.issym() else "file" if member.isreg() else "other"
        self.mode, self.size, self.data = member.mode, member.size, data


def wanted(path):
    """Whether the content of a file is needed: the databases of the package managers."""
    return path in ("var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed") or (
        path.startswith("var/lib/dpkg/status.d/") and not path.endswith(".md5sums")
    )


def root(files):
    """The merged root of layers, lowest first: path to entry. Hard links are left out, so each file is there once."""
    entries = {}
    for file in files:
        with layouts.open_tar(file) as archive:
            for member in archive:
                path = posixpath.normpath(member.name).lstrip("/")
                directory, name = posixpath.split(path)
                if name.startswith(".wh."):
                    hide(entries, directory, name)
                elif not member.islnk() and path != ".":
                    data = archive.extractfile(member).read() if member.isreg() and wanted(path) else None
                    entries[path] = Entry(member, data)
    return entries


def hide(entries, directory, name):
    """Removes what a whiteout hides."""
    hidden = directory if name == ".wh..wh..opq" else posixpath.join(directory, name.removeprefix(".wh."))
    for path in [path for path in entries if path.startswith(hidden + "/") or (path == hidden != directory)]:
        del entries[path]


def paragraphs(text):
    """The paragraphs of a file in Debian's format, as dictionaries of their one-line fields."""
    for paragraph in re.split(r"\n\n+", text.strip("\n")):
        yield dict(re.findall(r"^([A-Za-z-]+): *(.*)$", paragraph, re.MULTILINE))


def packages(entries):
    """The installed packages: name to (source, version of the source)."""
    found = {}
    for path, entry in sorted(entries.items()):
        if entry.data is None:
            continue
        text = entry.data.decode(errors="replace")
        if "/apk/" in path:
            for record in text.strip().split("\n\n"):
                fields = dict(line.split(":", 1) for line in record.splitlines() if re.match(r"[PVo]:", line))
                found[fields["P"]] = (fields.get("o", fields["P"]), fields["V"])
            continue
        for fields in paragraphs(text):
            if "Package" in fields and fields.get("Status", "install ok installed").endswith(" installed"):
                source, _, version = fields.get("Source", fields["Package"]).partition(" ")
                found[fields["Package"]] = (source, version.strip("()") or fields["Version"])
    return found


def named(entries, names):
    """The programs with such names, sorted."""
    found = set()
    for path, entry in entries.items():
        directory, name = posixpath.split(path)
        if directory in DIRECTORIES and entry.kind in ("file", "link") and names.fullmatch(name):
            found.add(name)
    return sorted(found)


def programs(entries):
    """The number of programs: executable files in the directories of programs."""
    return sum(
        entry.kind == "file" and entry.mode & 0o111 != 0 and posixpath.dirname(path) in DIRECTORIES
        for path, entry in entries.items()
    )


def count(entries):
    """The figures of the page for a merged root."""
    files = [entry for entry in entries.values() if entry.kind == "file"]
    return {
        "unpacked_bytes": sum(entry.size for entry in files),
        "files": len(files),
        "programs": programs(entries),
        "setuid": sum(entry.mode & 0o6000 != 0 for entry in files),
        "packages": len(packages(entries)),
        "shells": named(entries, SHELLS),
        "interpreters": named(entries, INTERPRETERS),
        "package_managers": named(entries, MANAGERS),
    }
