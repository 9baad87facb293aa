"""The release notes: a section of CHANGELOG.md, and how to use the files."""

import re

from refused import Refused


def section(changelog, version):
    """The text of the section of a version: `## 0.2.0`, with any date after it."""
    found = re.search(rf"^## {re.escape(version)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    text = found[1].strip() if found else ""
    if not re.search(r"^- ", text, re.MULTILINE):
        cause = "its section has no line" if found else f"there is no section `## {version}` and no section `## Unreleased`"
        raise Refused(f"cannot write the release notes of `{version}`: {cause} in `CHANGELOG.md`", "write what changed for users, in a list")
    return text


def notes(changelog, version, page):
    """The document. `page` is the URL of the page that describes how a release is verified."""
    return f"""# distroless {version}

```starlark
bazel_dep(name = "distroless", version = "{version}")
```

`SHA256SUMS` has the digest of each file, `provenance.json` says how they were built, and
`provenance.sigstore.json` is its signature. [Verifying a release]({page}) has the commands.

{section(changelog, version)}
"""
