"""deb_repository: downloads one .deb, by hash, from the first address that has it."""

def environment_variable(archive):
    """The environment variable that says where an archive is: `debian-security` to `DEBIAN_SECURITY_MIRROR`."""
    return archive.upper().replace("-", "_") + "_MIRROR"

_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

def _day_after(timestamp):
    """`20261231T023456Z` to `20270101T023456Z`."""
    year, month, day = int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8]) + 1
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] + (1 if leap else 0):
        month, day = month + 1, 1
    if month > 12:
        year, month = year + 1, 1
    return str((year * 100 + month) * 100 + day) + timestamp[8:]

def addresses(archive, filename, snapshot, environment, mirrors):
    """Where a file may be, in the order to try.

    Args:
      archive: `debian`, `debian-security`, …
      filename: the path below it, `pool/…`.
      snapshot: the lock's snapshot time, RFC 3339 in UTC.
      environment: the value of the environment variable: addresses, parted by spaces, or empty.
      mirrors: addresses from `debian.mirror`.

    Returns:
      A list of addresses, the snapshot archive last: as of the lock's time, and as of a day later, because a Release is
      imported there some hours after its date, while superseded packages stay for more than a day.
    """
    timestamp = snapshot.replace("-", "").replace(":", "")
    bases = environment.split(" ") + mirrors + [
        "https://snapshot.debian.org/archive/%s/%s" % (archive, time)
        for time in [timestamp, _day_after(timestamp)]
    ]
    return ["%s/%s" % (base.rstrip("/"), filename) for base in bases if base]

def _download(rctx, urls, output):
    """Tries each address. Returns a list of those that failed, or None after success."""
    failed = []
    for url in urls:
        result = rctx.download(url = url, output = output, sha256 = rctx.attr.sha256, allow_fail = True)
        if result.success:
            return None
        failed.append(url)
    return failed

def _without_credentials(url):
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme + "://" + host.split("@")[-1] + slash + path

def fetch_problem(package, version, architecture, archive, sha256, urls):
    """What is said when no address has a package: which one, every address tried (without credentials), what to set."""
    variable = environment_variable(archive)
    return "\n".join(
        ["cannot fetch package `%s` %s (%s): no address gave a file with SHA-256 %s; tried" % (package, version, architecture, sha256)] +
        ["  " + _without_credentials(url) for url in urls] +
        ["hint: set {0} to the address of a mirror (`--repo_env={0}=https://…/{1}`), or lock again if the version has left the archive".format(variable, archive)],
    )

def _deb_repository_impl(rctx):
    variable = environment_variable(rctx.attr.archive)
    urls = addresses(rctx.attr.archive, rctx.attr.filename, rctx.attr.snapshot, rctx.getenv(variable) or "", rctx.attr.mirrors)
    file = rctx.attr.filename.split("/")[-1]
    failed = _download(rctx, urls, file)
    if failed:
        fail(fetch_problem(
            package = rctx.attr.package,
            version = rctx.attr.version,
            architecture = rctx.attr.architecture,
            archive = rctx.attr.archive,
            sha256 = rctx.attr.sha256,
            urls = failed,
        ))
    rctx.file("BUILD.bazel", _BUILD.format(
        deb_bzl = str(Label("//rules:deb.bzl")),
        package = rctx.attr.package,
        version = rctx.attr.version,
        architecture = rctx.attr.architecture,
        sha256 = rctx.attr.sha256,
        file = file,
    ))

_BUILD = """load("{deb_bzl}", "deb_layer")

package(default_visibility = ["//visibility:public"])

alias(
    name = "deb",
    actual = "{file}",
)

deb_layer(
    name = "data",
    deb = "{file}",
    architecture = "{architecture}",
    package = "{package}",
    sha256 = "{sha256}",
    version = "{version}",
)
"""

deb_repository = repository_rule(
    implementation = _deb_repository_impl,
    doc = "One .deb as `:deb`, and its layer as `:data`.",
    attrs = {
        "architecture": attr.string(doc = "Debian's spelling, or `all`.", mandatory = True),
        "archive": attr.string(doc = "The archive that the file lies in.", mandatory = True),
        "filename": attr.string(doc = "Its path below the archive's address.", mandatory = True),
        "mirrors": attr.string_list(doc = "Addresses of the archive."),
        "package": attr.string(doc = "The package's name.", mandatory = True),
        "sha256": attr.string(doc = "SHA-256 of the file.", mandatory = True),
        "snapshot": attr.string(doc = "The lock's snapshot time.", mandatory = True),
        "version": attr.string(doc = "The package's version.", mandatory = True),
    },
)
