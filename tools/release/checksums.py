"""SHA-256 of files."""

import base64
import hashlib


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def integrity(path):
    """The digest in the form of the Subresource Integrity specification, as registries of modules have it."""
    return "sha256-" + base64.b64encode(bytes.fromhex(sha256(path))).decode()


def sums(directory, names):
    """The lines of `sha256sum`."""
    return "".join(f"{sha256(directory / name)}  {name}\n" for name in sorted(names))
