"""Makes the version of an image of ours from before an update: layers of updated packages are replaced by those of the release."""

import pathlib
import re
import subprocess

import layouts
import peers


class Release:
    """Downloads packages of the last point release with apt, in directories that are separate from those of the machine."""

    def __init__(self, directory, sources, release):
        self.directory = pathlib.Path(directory)
        for name in ("lists/partial", "cache/archives/partial", "sources.d", "packages"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        (self.directory / "sources.d/release.sources").write_text(peers.release_only(sources, release))
        (self.directory / "status").touch()
        self.apt("update", "-qq")

    def apt(self, *words):
        settings = {
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": self.directory / "sources.d",
            "Dir::State": self.directory,
            "Dir::State::lists": self.directory / "lists",
            "Dir::State::status": self.directory / "status",
            "Dir::Cache": self.directory / "cache",
            "APT::Sandbox::User": "root",
        }
        line = ["apt-get", *(f"-o{name}={value}" for name, value in settings.items()), *words]
        subprocess.run(line, check=True, cwd=self.directory / "packages", stdout=subprocess.DEVNULL)

    def package(self, name):
        """The file of a package, and its version and architecture."""
        self.apt("download", "-qq", name)
        [file] = (self.directory / "packages").glob(f"{name}_*.deb")
        fields = subprocess.run(["dpkg-deb", "--field", file, "Version", "Architecture"], check=True, capture_output=True, text=True).stdout
        return file, *re.findall(r": (\S+)$", fields, re.MULTILINE)


def layer(extractor, file, text, directory):
    """The layer of a package, made by our tool as an action makes it."""
    made = pathlib.Path(directory) / f"{file.name}.tar.gz"
    line = [extractor, "--deb", file, "--layer", made, "--metadata", f"{made}.json", "--mtree", f"{made}.mtree"]
    subprocess.run([*line, "--name", file.name, "--created-by", text], check=True)
    return made


def image(new, release, extractor, directory):
    """The older image, and the packages that the update changes: name, old and new version."""
    replaced, changed = [], []
    for file, text in zip(new.layers(), new.origins()):
        words = text.split(" ")
        if len(words) == 4 and words[0] == "deb":
            _, name, version, _ = words
            package, older, architecture = release.package(name)
            if older != version:
                text = f"deb {name} {older} {architecture}"
                file = layer(extractor, package, text, directory)
                changed.append({"package": name, "old": older, "new": version})
        replaced.append((file, text))
    return layouts.write(pathlib.Path(directory) / "layout", replaced, new.config["config"]), changed
