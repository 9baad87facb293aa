"""Versions: their form, and the files of the repository that state one."""

import re

from refused import Refused

# Semantic versions without build metadata, which Bazel's registries ignore: https://semver.org. No number has leading
# zeros, also not one that is a part of the pre-release version.
NUMBER = r"(?:0|[1-9]\d*)"
PART = rf"(?:{NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
FORM = re.compile(rf"{NUMBER}(?:\.{NUMBER}){{2}}(?:-{PART}(?:\.{PART})*)?", re.ASCII)

# Each file that states the version once, with the text before and after it.
STATED = {
    "MODULE.bazel": ('    name = "distroless",\n    version = "', '",\n'),
    "tools/Cargo.toml": ('[workspace.package]\nversion = "', '"\n'),
}

# In pages and in the modules of examples.
IN_PAGES = re.compile(r'(?P<before>bazel_dep\(name = "distroless", version = "|\bdistroless(?:_tools)?[-_])(?P<version>\d+\.\d+\.\d+)(?![\d.]*\d)')
PAGES = (".md", ".bazel")

MEMBER = re.compile(r'(?P<before>\[\[package\]\]\nname = "[^"]+"\nversion = ")(?P<version>[^"]+)(?P<after>"\n)(?!source = )')
UNRELEASED = "## Unreleased\n"


def check(text):
    """Refuses what is not a version."""
    if FORM.fullmatch(text):
        return text
    hint = "write the version without `v`; only the tag has it" if text.startswith("v") else ""
    raise Refused(f"cannot release the version `{text}`: expected MAJOR.MINOR.PATCH, such as `0.2.0` or `1.0.0-rc1`", hint)


def stated(read):
    """The version of the repository. `read` returns the text of a file by its path."""
    found = {path: _between(read(path), *words, path) for path, words in STATED.items()}
    if len(set(found.values())) > 1:
        versions = ", ".join(f"`{version}` in `{path}`" for path, version in found.items())
        raise Refused(f"cannot tell the version of the repository: {versions}", "state the same version in both")
    return found["MODULE.bazel"]


def with_version(path, text, old, new, date):
    """The text of a file with the new version in place of the old one. The newest section of the changelog gets the version and the date."""
    if path in STATED:
        before, after = STATED[path]
        return text.replace(before + old + after, before + new + after)
    if path == "tools/Cargo.lock":
        return MEMBER.sub(lambda found: found[0] if found["version"] != old else found["before"] + new + found["after"], text)
    if path == "CHANGELOG.md":
        return text.replace(UNRELEASED, f"## {new} ({date})\n", 1)
    if path.endswith(PAGES):
        return IN_PAGES.sub(lambda found: found[0] if found["version"] != old else found["before"] + new, text)
    return text


def _between(text, before, after, path):
    found = re.search(re.escape(before) + "([^\"]+)" + re.escape(after), text)
    if not found:
        raise Refused(f"cannot read the version in `{path}`: no text `{before.strip()}`")
    return found[1]
