"""The URLs of a package file, and the message if no URL has it. Pure functions."""

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
    """The environment variable with the mirrors of a repository: `DEBIAN_SECURITY_MIRROR` for `debian-security`."""
    return "".join([character if character in _WORD else "_" for character in source.upper().elems()]) + "_MIRROR"

def _day_after(timestamp):
    """The time one day later: `20270101T023456Z` for `20261231T023456Z`."""
    year, month, day = int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8]) + 1
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] + (1 if leap else 0):
        month, day = month + 1, 1
    if month > 12:
        year, month = year + 1, 1
    return str((year * 100 + month) * 100 + day) + timestamp[8:]

def snapshot_urls(archive, snapshot):
    """The URLs of a repository in the snapshot archive at the time of a lock.

    Args:
      archive: the name of the repository, such as `debian` or `debian-security`.
      snapshot: the snapshot time of the lock, RFC 3339 in UTC.

    Returns:
      Two URLs: at that time, and one day later. The snapshot archive imports a Release file some hours after its date,
      and Debian keeps superseded packages for more than a day.
    """
    timestamp = snapshot.replace("-", "").replace(":", "")
    return [
        "https://snapshot.debian.org/archive/%s/%s" % (archive, time)
        for time in [timestamp, _day_after(timestamp)]
    ]

def file_urls(filename, environment, roots):
    """The URLs of a file of a repository, in the order to try them.

    Args:
      filename: the path below the URL of the repository, `pool/…`, as the index has it: not escaped.
      environment: the value of the environment variable: URLs separated by spaces, or an empty string.
      roots: further URLs of the repository.

    Returns:
      A list of URLs.
    """
    escaped = _escaped(filename)
    return ["%s/%s" % (root.rstrip("/"), escaped) for root in environment.split(" ") + roots if root]

def _escaped(path):
    for character, escape in _ESCAPES.items():
        path = path.replace(character, escape)
    return path

def file_url(path):
    """The `file:` URL of a file on this machine."""
    return "file://" + _escaped(path)

def fetch_problem(package, version, architecture, source, sha256, urls):
    """The message if no URL has a package.

    Args:
      package: its name.
      version: its version.
      architecture: its architecture.
      source: the repository of the package, or an empty string if the lock has URLs of the file itself.
      sha256: the SHA-256 of the file.
      urls: all URLs that were tried. The message shows them without credentials.

    Returns:
      The message, with a hint what to set.
    """
    variable = environment_variable(source)
    hint = "set {0} to the URL of a mirror (`--repo_env={0}=https://…/{1}`), or lock again if the repository no longer has the version".format(variable, source.strip("/"))
    return "\n".join(
        ["cannot fetch package `%s` %s (%s): no URL has a file with SHA-256 %s; tried" % (package, version, architecture, sha256)] +
        ["  " + without_credentials(url) for url in urls] +
        ["hint: " + (hint if source else "lock again if the file has moved; `~/.netrc` or a credential helper provides credentials")],
    )

def directory_problem(package, version, architecture, path, sha256, found):
    """The message if a directory next to the lock does not have the file of the lock.

    Args:
      package: its name.
      version: its version.
      architecture: its architecture.
      path: the path of the file relative to the lock.
      sha256: the SHA-256 in the lock.
      found: the SHA-256 of the file, or None if there is no file.

    Returns:
      The message.
    """
    if found:
        cause, hint = "`%s` next to the lock has SHA-256 %s; expected %s" % (path, found, sha256), "restore the file, or lock again if it was changed on purpose"
    else:
        cause, hint = "there is no file `%s` next to the lock" % path, "add the file, or lock again without it"
    return "cannot use package `%s` %s (%s): %s\nhint: %s" % (package, version, architecture, cause, hint)
