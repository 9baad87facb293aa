"""Platforms that another machine compiled: their files are taken from its release of the same commit."""

import json
import shutil

import checksums
import platforms
from refused import Refused


class Added:
    """A release of other platforms, in a directory."""

    def __init__(self, directory):
        self.directory = directory
        try:
            value = json.loads((directory / "provenance.json").read_text())
            build = value["predicate"]["buildDefinition"]
            self.parameters = dict(build["externalParameters"])
            unknown = [platform for platform in self.parameters["platforms"] if platform not in platforms.TRIPLES]
            if unknown:
                raise ValueError(f"unknown platform `{unknown[0]}`")
            self.source = build["resolvedDependencies"][0]["digest"]["gitTree"]
            self.compilers = value["predicate"]["runDetails"]["builder"]["version"]
            self.digests = {subject["name"]: subject["digest"]["sha256"] for subject in value["subject"]}
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise Refused(f"cannot add `{directory}`: it is no release: {error}", "name the directory that `--output` had on the other machine") from error

    def check(self, source, options):
        """The other machine released the same commit with the same options, and other platforms."""
        expected = {"profile": options.profile, "repository": options.repository, "url": options.url, "version": options.version}
        found = {name: self.parameters.get(name) for name in expected} | {"gitTree": self.source}
        for name, value in (expected | {"gitTree": source.git_tree}).items():
            if found[name] != value:
                raise Refused(f"cannot add `{self.directory}`: `{name}` is `{found[name]}`, expected `{value}`", "release the same commit with the same options on both machines")
        both = sorted(set(self.parameters["platforms"]) & set(options.platform))
        if both:
            raise Refused(f"cannot add `{self.directory}`: this machine compiles `{both[0]}`, too", "choose the platforms of this machine with --platform")

    def copy(self, made):
        """Copies the files of its platforms; the platforms."""
        version = self.parameters["version"]
        for platform in self.parameters["platforms"]:
            name = f"distroless_{version}_{platform}"
            for file in [f"distroless_tools_{version}_{platform}.tar.gz", f"{name}.tar.gz", f"{name}.spdx.json", f"{name}.cdx.json"]:
                self._copy(file, made)
        return self.parameters["platforms"]

    def _copy(self, name, made):
        path = self.directory / name
        if not path.is_file() or checksums.sha256(path) != self.digests.get(name):
            raise Refused(f"cannot add `{path}`: it is not the file of `provenance.json`", "copy the whole directory of the other machine again")
        shutil.copyfile(path, made / name)
