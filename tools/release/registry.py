"""The registry: an entry for the Bazel Central Registry, in a tree that is also a registry (https://bazel.build/external/registry)."""

import json

import checksums
from refused import Refused


class Templates:
    """The files in .bcr, which the Central Registry's own programs read, too. The commit has them, the source archive does not."""

    def __init__(self, root):
        self.metadata = (root / ".bcr/metadata.template.json").read_text()
        self.source = (root / ".bcr/source.template.json").read_text()
        self.presubmit = (root / ".bcr/presubmit.yml").read_text()

    @property
    def repository(self):
        """The repository on GitHub that the metadata name: `OWNER/NAME`."""
        return json.loads(self.metadata)["repository"][0].removeprefix("github:")

    def metadata_of(self, repository, version):
        text = self.metadata.replace(self.repository, repository)
        return json.loads(text) | {"versions": [version]}

    def source_of(self, repository, version):
        owner, _, name = repository.partition("/")
        if not owner or not name or "/" in name:
            raise Refused(f"cannot release for the repository `{repository}`: expected OWNER/NAME", "correct --repository")
        text = self.source
        for placeholder, value in {"{OWNER}": owner, "{REPO}": name, "{TAG}": f"v{version}", "{VERSION}": version}.items():
            text = text.replace(placeholder, value)
        return json.loads(text)

    def url_of(self, repository, version):
        """The URL of the directory with the files of a release."""
        return self.source_of(repository, version)["url"].rpartition("/")[0]


def write(directory, templates, module_file, archive, options):
    """Writes the registry. `module_file` is the text of MODULE.bazel, `archive` is the source archive."""
    module = directory / "modules/distroless"
    entry = module / options.version
    entry.mkdir(parents=True)
    _write_json(directory / "bazel_registry.json", {"mirrors": []})
    _write_json(module / "metadata.json", templates.metadata_of(options.repository, options.version))
    (entry / "MODULE.bazel").write_text(module_file)
    (entry / "presubmit.yml").write_text(templates.presubmit)
    source = templates.source_of(options.repository, options.version)
    source |= {"integrity": checksums.integrity(archive), "url": f"{options.url}/{archive.name}"}
    _write_json(entry / "source.json", source)


def _write_json(path, value):
    path.write_text(json.dumps(value, indent=4) + "\n")
