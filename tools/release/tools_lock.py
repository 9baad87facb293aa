"""The lock of the released tools, `tools/prebuilt.lock.json` (docs/tool_contract.md).

It is empty in the repository, and has the archives of the release in the source archive.
"""

import hashlib
import json
import re

from refused import Refused

PATH = "tools/prebuilt.lock.json"
STATIC_NAMES = "tools/release/static_names.c"

# Members of the workspace that no released program uses.
DEVELOPMENT = {
    "conformance",
    "conformance/guest",
    "crates/archive_fixture",
    "crates/catalogue",
    "crates/http_fixture",
    "crates/registry_fixture",
    "crates/testkit",
    "docs_writer",
    "site_writer",
    "test_registry",
    "toolbox",
}


def document(archives, sources):
    """The text of the lock. `archives` has `sha256` and `url` by platform."""
    lock = {"archives": archives, "version": 1} | ({"sources": sources} if archives else {})
    return json.dumps(lock, indent=2, sort_keys=True) + "\n"


def clear(root):
    """Empties the lock of a checkout."""
    new = root / (PATH + ".new")
    new.write_text(document({}, ""))
    new.replace(root / PATH)


def sources_digest(root):
    """SHA-256 over the names and digests of all files that the released programs are compiled from."""
    tools = root / "tools"
    members = re.search(r"members = \[\n(.*?)\]", (tools / "Cargo.toml").read_text(), re.DOTALL)[1]
    files = [tools / ".cargo/config.toml", tools / "Cargo.toml", tools / "Cargo.lock", root / STATIC_NAMES]
    for member in re.findall(r'"([^"]+)"', members):
        if member not in DEVELOPMENT:
            files += [tools / member / "Cargo.toml", *(path for path in (tools / member / "src").rglob("*") if path.is_file())]
    listed = sorted(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files)
    return hashlib.sha256("".join(listed).encode()).hexdigest()


def check(root):
    """The state of the lock of a checkout. Refuses a lock of other sources."""
    lock = json.loads((root / PATH).read_text())
    if not lock["archives"]:
        return "empty: the tools are compiled from source"
    if lock.get("sources") != sources_digest(root):
        raise Refused(
            f"cannot use `{PATH}`: it is of other sources than those below `tools/`",
            "users would get programs that do not fit the rules: empty it with `bazel run //:release -- --clear`",
        )
    return "the lock is of these sources"
