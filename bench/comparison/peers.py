"""Makes the images that ours are compared with, from Debian's packages and from Alpine's archive."""

import gzip
import pathlib
import re
import shutil
import subprocess
import tarfile

import layouts

# The files that Debian's slim images do not have, and those below that they keep. Their recipe (debuerreotype) installs
# packages completely, and removes these files afterwards.
EXCLUDED = re.compile(r"usr/share/(doc|info|linda|lintian/overrides|locale|man)/.*")
KEPT = re.compile(r"usr/share/doc/[^/]*/copyright|usr/share/locale/locale.alias")

CONFIG = {"Cmd": ["bash"], "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]}


def stanzas(text):
    """The stanzas of a file of apt's sources (deb822), without comments."""
    plain = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    return [stanza for stanza in re.split(r"\n\s*\n", plain.strip()) if stanza]


def release_only(text, release):
    """The sources without updates and security updates: the state of the last point release."""
    kept = []
    for stanza in stanzas(text):
        suites = re.search(r"^Suites: *(.*)$", stanza, re.MULTILINE)
        if suites and release in suites[1].split():
            kept.append(stanza.replace(suites[0], f"Suites: {release}"))
    return "\n\n".join(kept) + "\n"


class Debian:
    """Makes root file systems with mmdebstrap, as archives."""

    def __init__(self, directory, sources, release):
        self.directory, self.sources, self.release = pathlib.Path(directory), sources, release

    def root(self, name, include=(), updates=True):
        """The archive of a slim root with additional packages."""
        archive = self.directory / f"{name}.tar"
        sources = self.directory / f"{name}.sources"
        sources.write_text(self.sources if updates else release_only(self.sources, self.release))
        line = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--skip=output/mknod"]
        # By itself, mmdebstrap merges /usr with `usrmerge`, which needs the whole of Perl.
        line.append(f"--hook-dir={hooks() / 'merged-usr'}")
        line.append(f"--include={','.join(['usr-is-merged', *include])}")
        complete = self.directory / f"{name}.complete.tar"
        subprocess.run([*line, self.release, complete, sources], check=True)
        slim(complete, archive)
        complete.unlink()
        return archive


def hooks():
    """The directory of mmdebstrap's hooks, next to the program."""
    return pathlib.Path(shutil.which("mmdebstrap")).resolve().parent.parent / "share/mmdebstrap/hooks"


def slim(complete, archive):
    """Copies an archive without the files that slim images do not have. Directories that are empty then are left out."""
    with tarfile.open(complete) as source, tarfile.open(archive, "w") as target:
        for member in source:
            path = member.name.removeprefix("./")
            if not EXCLUDED.fullmatch(path) or KEPT.fullmatch(path):
                target.addfile(member, source.extractfile(member) if member.isreg() else None)


def state(archive, member):
    """The properties of an entry that decide whether a layer contains it again; times are not."""
    data = archive.extractfile(member).read() if member.isreg() else None
    return member.type, member.mode, member.uid, member.gid, member.linkname, data


def difference(old, new, file):
    """Writes the entries of an archive that the old one does not have in the same form: the layer of a change."""
    with tarfile.open(old) as archive:
        known = {member.name: state(archive, member) for member in archive}
    with tarfile.open(new) as archive, tarfile.open(file, "w") as target:
        for member in archive:
            found = state(archive, member)
            if known.get(member.name) != found:
                target.addfile(member, archive.extractfile(member) if member.isreg() else None)


def layer(plain):
    """Compresses a layer next to its archive."""
    file = pathlib.Path(f"{plain}.gz")
    layouts.compress(plain, file)
    return file


def alpine(archive, directory):
    """An image of Alpine's `minirootfs` archive, with its layer unchanged."""
    file = pathlib.Path(directory) / "alpine.tar.gz"
    shutil.copyfile(archive, file)
    image = layouts.write(pathlib.Path(directory) / "alpine", [(file, "alpine-minirootfs")], CONFIG | {"Cmd": ["/bin/sh"]})
    with tarfile.open(fileobj=gzip.open(file)) as content:
        names = {member.name.removeprefix("./"): member for member in content}
        version = content.extractfile(names["etc/alpine-release"]).read().decode().strip()
    return image, version
