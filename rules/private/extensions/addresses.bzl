"""Where the file of a package may be, and what is said when it is nowhere. Pure functions."""

load("//rules/private/extensions:lock_fields.bzl", "without_credentials")

_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

# The characters that a path may contain and a URL may not. `%` must be the first, because the escapes of the others
# contain it. `+` is here because object stores read it as a blank. apt escapes it too.
_ESCAPES = {
    "%": "%25",
    " ": "%20",
    "\"": "%22",
    "#": "%23",
    "+": "%2B",
    "<": "%3C",
    ">": "%3E",
    "?": "%3F",
    "[": "%5B",
    "\\": "%5C",
    "]": "%5D",
    "^": "%5E",
    "`": "%60",
    "{": "%7B",
    "|": "%7C",
    "}": "%7D",
}

def environment_variable(source):
    """The environment variable that says where an archive or a source is: `debian-security` to `DEBIAN_SECURITY_MIRROR`."""
    return "".join([character if character in _WORD else "_" for character in source.upper().elems()]) + "_MIRROR"

def _day_after(timestamp):
    """`20261231T023456Z` to `20270101T023456Z`."""
    year, month, day = int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8]) + 1
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] + (1 if leap else 0):
        month, day = month + 1, 1
    if month > 12:
        year, month = year + 1, 1
    return str((year * 100 + month) * 100 + day) + timestamp[8:]

def snapshot_addresses(archive, snapshot):
    """Where the snapshot archive has an archive as of a lock.

    Args:
      archive: `debian`, `debian-security`, …
      snapshot: the lock's snapshot time, RFC 3339 in UTC.

    Returns:
      Two addresses: as of that time, and as of a day later, because a Release is imported there some hours after its date,
      while superseded packages stay for more than a day.
    """
    timestamp = snapshot.replace("-", "").replace(":", "")
    return [
        "https://snapshot.debian.org/archive/%s/%s" % (archive, time)
        for time in [timestamp, _day_after(timestamp)]
    ]

def addresses(filename, environment, roots):
    """Where a file of an archive may be, in the order to try.

    Args:
      filename: the path below the archive's address, `pool/…`, as in the index, not escaped.
      environment: the value of the environment variable: addresses, parted by spaces, or empty.
      roots: further addresses of the archive.

    Returns:
      A list of addresses.
    """
    escaped = _escaped(filename)
    return ["%s/%s" % (root.rstrip("/"), escaped) for root in environment.split(" ") + roots if root]

def _escaped(path):
    for character, escape in _ESCAPES.items():
        path = path.replace(character, escape)
    return path

def file_address(path):
    """The address of a file of this machine."""
    return "file://" + _escaped(path)

def fetch_problem(package, version, architecture, source, sha256, urls):
    """What is said when no address has a package.

    Args:
      package: its name.
      version: its version.
      architecture: its architecture.
      source: the archive or source that it is from, or empty where the lock has its addresses.
      sha256: the SHA-256 of the file.
      urls: every address that was tried; they are shown without credentials.

    Returns:
      The message, with what to set.
    """
    variable = environment_variable(source)
    hint = "set {0} to the address of a mirror (`--repo_env={0}=https://…/{1}`), or lock again if the version has left the archive".format(variable, source.strip("/"))
    return "\n".join(
        ["cannot fetch package `%s` %s (%s): no address gave a file with SHA-256 %s; tried" % (package, version, architecture, sha256)] +
        ["  " + without_credentials(url) for url in urls] +
        ["hint: " + (hint if source else "lock again if the file has moved; credentials are taken from `~/.netrc` or a credential helper")],
    )

def folder_problem(package, version, architecture, path, sha256, found):
    """What is said when a folder beside the lock has not the file that the lock means.

    Args:
      package: its name.
      version: its version.
      architecture: its architecture.
      path: the file's path relative to the lock.
      sha256: the SHA-256 that the lock names.
      found: the SHA-256 of the file, or None where there is none.

    Returns:
      The message.
    """
    if found:
        cause, hint = "`%s` beside the lock has SHA-256 %s, not %s" % (path, found, sha256), "lock again if the file is meant to be another one, else restore it"
    else:
        cause, hint = "there is no file `%s` beside the lock" % path, "put it there, or lock again without it"
    return "cannot take package `%s` %s (%s): %s\nhint: %s" % (package, version, architecture, cause, hint)
