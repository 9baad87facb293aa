"""Reads and checks the lock of a runtime, a program from upstream release archives. Pure functions.

`docs/reference/formats/runtime_lock.md` describes the format. The lock is written by hand, as `nodejs/README.md` describes.
"""

load("//rules/private:architectures.bzl", "architectures")
load(
    "//rules/private/extensions:lock_fields.bzl",
    "fields_problem",
    "is_name",
    "is_relative_path",
    "is_sha256",
    "is_text",
    "is_url",
    "lock_problem",
    "shown",
)

RUNTIME_LOCK_VERSION = 1

# The files in the root of a hub: no version can have a directory of such a name.
_HUB_FILES = ["lock.bzl", "lock.json"]

_LOCK = {
    "address": "string",
    "archives": "dict",
    "files": "dict",
    "homepage": "string",
    "license": "string",
    "name": "string",
    "supplier": "string",
    "version": "int",
}

_ARCHIVE = {
    "filename": "string",
    "files": "dict",
    "sha256": "string",
}

_NPM = {
    "integrity": "string",
    "package": "string",
    "version": "string",
}

_HEX_DIGITS = "64 lower-case hexadecimal digits"

_NAMES = "lower-case letters, digits, `-` and `.`"

# The characters that need no escape in a URL, a purl and a repository name.
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

def _is_name(text):
    return is_name(text) and "+" not in text

def _is_plain(text, others):
    return not text.strip(_PLAIN + others) and text

def _check_npm(file, path, npm):
    problem = fields_problem(file, path, npm, _NPM)
    if problem:
        return problem
    package = npm["package"].removeprefix("@")
    if not is_relative_path(package) or not _is_plain(package, "/"):
        return lock_problem(file, path + ".package", "the name of an npm package", shown(npm["package"]))
    if not _is_name(npm["version"]):
        return lock_problem(file, path + ".version", "a version (%s)" % _NAMES, shown(npm["version"]))
    if not npm["integrity"].startswith("sha512-") or len(npm["integrity"]) != 95:
        return lock_problem(file, path + ".integrity", "`sha512-` and 88 characters of base 64", shown(npm["integrity"]))
    return None

def _check_archive(file, path, archive, lock):
    problem = fields_problem(file, path, archive, _ARCHIVE, {"npm": "dict"})
    if problem:
        return problem
    if not is_relative_path(archive["filename"]) or not _is_plain(archive["filename"], "/") or not archive["filename"].endswith(".tar.gz"):
        return lock_problem(file, path + ".filename", "a relative path to a .tar.gz", shown(archive["filename"]))
    if not is_sha256(archive["sha256"]):
        return lock_problem(file, path + ".sha256", _HEX_DIGITS, shown(archive["sha256"]))
    if sorted(archive["files"]) != sorted(lock["files"]):
        return lock_problem(file, path + ".files", "the fields %s, as in `$.files`" % _quoted(lock["files"]), _quoted(archive["files"]) or "none")
    for name, sha256 in archive["files"].items():
        # null: the digest of the file is not known yet; the digest of the whole archive is checked.
        if sha256 != None and (type(sha256) != "string" or not is_sha256(sha256)):
            return lock_problem(file, "%s.files.%s" % (path, name), _HEX_DIGITS + ", or null", shown(sha256))
    if "npm" not in archive:
        return None
    for name, sha256 in archive["files"].items():
        if sha256 == None:
            return lock_problem(file, "%s.files.%s" % (path, name), _HEX_DIGITS, "null", "a second source needs the digest of each file, because only digests show that both sources have the same files")
    return _check_npm(file, path + ".npm", archive["npm"])

def _quoted(names):
    return ", ".join(["`%s`" % name for name in sorted(names)])

def _check_files(file, files):
    if not files:
        return lock_problem(file, "$.files", "an object with one or more entries", shown(files))
    for name, target in files.items():
        if not is_relative_path(name) or not is_text(name):
            return lock_problem(file, "$.files", "relative paths", shown(name))
        if type(target) != "string" or not target.startswith("/") or not is_relative_path(target[1:]) or not is_text(target):
            return lock_problem(file, "$.files." + name, "an absolute path", shown(target))
    return None

def _check_archives(file, lock):
    for version, archives in lock["archives"].items():
        path = "$.archives." + version
        if not _is_name(version) or version in _HUB_FILES:
            return lock_problem(file, "$.archives", "versions (%s)" % _NAMES, shown(version))
        if type(archives) != "dict" or not archives:
            return lock_problem(file, path, "an object with one or more entries", shown(archives))
        for architecture, archive in archives.items():
            problem = architectures.problem(architecture)
            if problem:
                return lock_problem(file, path, "OCI architecture names", shown(architecture), problem)
            problem = _check_archive(file, "%s.%s" % (path, architecture), archive, lock)
            if problem:
                return problem
    return None

def _check_facts(file, lock):
    if type(lock) != "dict":
        return lock_problem(file, "$", "an object", shown(lock))
    problem = fields_problem(file, "$", lock, {"version": "int"})
    if problem:
        return problem
    if lock["version"] < 1:
        return lock_problem(file, "$.version", "1 or newer", lock["version"])
    if lock["version"] > RUNTIME_LOCK_VERSION:
        return lock_problem(file, "$.version", "%d or older" % RUNTIME_LOCK_VERSION, lock["version"], "update the distroless module")
    problem = fields_problem(file, "$", lock, _LOCK)
    if problem:
        return problem
    if not _is_name(lock["name"]):
        return lock_problem(file, "$.name", "a name (%s)" % _NAMES, shown(lock["name"]))
    for field in ["homepage", "license", "supplier"]:
        if not is_text(lock[field]):
            return lock_problem(file, "$." + field, "a text without control characters", shown(lock[field]))
    if not is_url(lock["address"]) or not _is_plain(lock["address"], ":/") or lock["address"].endswith("/"):
        return lock_problem(file, "$.address", "a URL `https://…` without a slash at the end", shown(lock["address"]))
    return None

def parse_runtime_lock(file, text):
    """Reads the lock of a runtime.

    Args:
      file: the name of the file, for messages.
      text: the content of the file.

    Returns:
      A struct of `lock` (the decoded JSON, or None) and `problem` (a message with the file, the JSON path, the expected
      and the found value, or None).
    """
    lock = json.decode(text, default = None)
    if lock == None:
        return struct(lock = None, problem = lock_problem(file, "$", "JSON", "other text", "restore it from version control"))
    problem = _check_facts(file, lock) or _check_files(file, lock["files"]) or _check_archives(file, lock)
    return struct(lock = None if problem else lock, problem = problem)

def package_url(lock, version, archive):
    """The package URL of a runtime (https://github.com/package-url/purl-spec, type `generic`).

    It names the official archive, also if the bytes come from another source.

    Args:
      lock: the decoded lock.
      version: the runtime's version.
      archive: the entry of the archive in the lock.

    Returns:
      The package URL with its qualifiers in canonical order. It needs no escapes: the reader of the lock checks that.
    """
    return "pkg:generic/%s@%s?checksum=sha256:%s&download_url=%s/%s" % (
        lock["name"],
        version,
        archive["sha256"],
        lock["address"],
        archive["filename"],
    )

def runtime_repository_name(hub, version, architecture):
    """The name of the repository of one archive."""
    return "%s_%s_%s" % (hub, version, architecture)
