"""Reads and checks the lock of the released tools. Pure functions.

`docs/tool_contract.md` describes the format; `bazel run //:release` writes it.
"""

load(
    "//rules/private/extensions:lock_fields.bzl",
    "fields_problem",
    "is_sha256",
    "is_url",
    "lock_problem",
    "shown",
    "without_credentials",
)
load("//rules/private/extensions:tool_sets.bzl", "PLATFORMS")
load("//rules/private/extensions:urls.bzl", "environment_variable", "file_urls")

TOOLS_LOCK_VERSION = 1

# Mirrors of the archives: URLs of directories, separated by spaces.
TOOLS_MIRROR_VARIABLE = environment_variable("distroless-tools")

# The value `source` compiles the tools with cargo even if archives are locked.
TOOLS_VARIABLE = "DISTROLESS_TOOLS"

_ARCHIVE = {
    "sha256": "string",
    "url": "string",
}

def _check_archive(file, path, archive):
    problem = fields_problem(file, path, archive, _ARCHIVE)
    if problem:
        return problem
    if not is_url(archive["url"]) or not archive["url"].endswith(".tar.gz"):
        return lock_problem(file, path + ".url", "the URL of a .tar.gz, `https://…`, `http://…` or `file:///…`", shown(archive["url"]))
    if not is_sha256(archive["sha256"]):
        return lock_problem(file, path + ".sha256", "64 lower-case hexadecimal digits", shown(archive["sha256"]))
    return None

def _check_lock(file, lock):
    problem = fields_problem(file, "$", lock, {"version": "int"})
    if problem:
        return problem
    if lock["version"] != TOOLS_LOCK_VERSION:
        return lock_problem(file, "$.version", str(TOOLS_LOCK_VERSION), lock["version"], "write the lock with `bazel run //:release` of this version of distroless")
    problem = fields_problem(file, "$", lock, {"archives": "dict"}, {"sources": "string"})
    if problem:
        return problem
    for platform, archive in lock["archives"].items():
        if platform not in PLATFORMS:
            return lock_problem(file, "$.archives", "the host platforms " + ", ".join(sorted(PLATFORMS)), shown(platform))
        problem = _check_archive(file, "$.archives." + platform, archive)
        if problem:
            return problem
    return None

def parse_tools_lock(file, text):
    """Reads the lock of the released tools.

    Args:
      file: the name of the file, for messages.
      text: the content of the file.

    Returns:
      A struct of `archives` (a dict of host platforms to objects with `url` and `sha256`) and `problem`, a message or
      None.
    """
    lock = json.decode(text, default = None)
    if lock == None:
        problem = lock_problem(file, "$", "JSON", "other text", "restore it from version control")
    else:
        problem = _check_lock(file, lock)
    return struct(archives = {} if problem else lock["archives"], problem = problem)

def archive_urls(url, mirrors):
    """The URLs of an archive, in the order to try them.

    Args:
      url: the URL in the lock.
      mirrors: the value of TOOLS_MIRROR_VARIABLE: URLs of directories separated by spaces, or an empty string.

    Returns:
      A list of URLs.
    """
    return file_urls(url.split("/")[-1], mirrors, []) + [url]

def tools_archive_problem(platform, sha256, failures):
    """The message if no URL has the archive of the lock.

    Args:
      platform: the host platform.
      sha256: the SHA-256 in the lock.
      failures: the failed attempts: structs of `url`, which the message shows without credentials, and `found`, the
        SHA-256 of the file at this URL, or an empty string if there is no file.

    Returns:
      The message, with a hint.
    """
    lines = [
        "  %s: %s" % (without_credentials(failure.url), "a file with SHA-256 " + failure.found if failure.found else "no answer")
        for failure in failures
    ]
    filename = failures[0].url.split("/")[-1]
    hint = "set %s to the URL of a directory that has `%s`, or %s=source to compile the tools with cargo (`--repo_env=…`)" % (TOOLS_MIRROR_VARIABLE, filename, TOOLS_VARIABLE)
    if [failure for failure in failures if failure.found]:
        hint = "a release does not change: find out why the file differs, or set %s=source to compile the tools with cargo (`--repo_env=…`)" % TOOLS_VARIABLE
    return "\n".join(
        ["cannot fetch the tools for `%s`: no URL has the archive with SHA-256 %s" % (platform, sha256)] + lines + ["hint: " + hint],
    )
