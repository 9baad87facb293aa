"""The components that are linked into the programs of a release, for its SBOMs."""

import dataclasses
import re
import urllib.parse

import licences
from commands import output_of
from programs import c_compiler


@dataclasses.dataclass(frozen=True)
class Component:
    """A crate or a library. `purl` names it, `uses` has the purls of the components that it uses."""

    name: str
    version: str
    licence: str
    supplier: str
    purl: str
    sha256: str = ""
    uses: tuple = ()


@dataclasses.dataclass(frozen=True)
class Inventory:
    """The programs of a release for a platform, with everything that is in them."""

    version: str
    platform: str
    repository: str
    time: str
    components: tuple

    @property
    def name(self):
        return f"distroless_{self.version}_{self.platform}"

    @property
    def purl(self):
        return f"pkg:github/{self.repository}@v{self.version}"

    @property
    def url(self):
        return f"https://github.com/{self.repository}"


def inventory(source, platform, repository, linked):
    """The inventory of the programs for a platform. `linked` has their crates."""
    purls = {crate.key: _purl(crate, repository, source.version) for crate in linked}
    components = [
        Component(crate.name, crate.version, crate.licence, _supplier(crate), purls[crate.key], crate.sha256, tuple(purls[key] for key in crate.uses))
        for crate in linked
    ]
    components.append(_standard_library())
    if platform.startswith("linux"):
        components += _c_libraries(c_compiler(platform))
    return Inventory(source.version, platform, repository, source.time, tuple(components))


def _supplier(crate):
    """The first author without the mail address. NTIA's minimum elements require a supplier."""
    if crate.is_ours:
        return "distroless"
    first = crate.authors[0].partition("<")[0].strip() if crate.authors else ""
    return first or f"authors of {crate.name}"


def _purl(crate, repository, version):
    if crate.is_ours:
        return f"pkg:github/{repository}@v{version}#{crate.name}"
    return f"pkg:cargo/{crate.name}@{_quoted(crate.version)}"


def _standard_library():
    version = re.search(r"^release: (.*)", output_of("rustc", "--version", "--verbose"), re.MULTILINE)[1]
    return Component("rust-std", version, "MIT OR Apache-2.0", "The Rust Project", f"pkg:github/rust-lang/rust@{_quoted(version)}")


def _c_libraries(compiler):
    """The Debian packages of the C library and of the compiler's runtime."""
    found = []
    for package in sorted(set(licences.static_libraries(compiler).values())):
        version, architecture = output_of("dpkg-query", "--show", "--showformat=${Version} ${Architecture}\n", package).splitlines()[0].split()
        purl = f"pkg:deb/debian/{_quoted(package)}@{_quoted(version)}?arch={architecture}"
        found.append(Component(package, version, "NOASSERTION", "Debian", purl))
    return found


def _quoted(text):
    return urllib.parse.quote(text, safe="")
