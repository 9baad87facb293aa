"""The URLs of the archive of a runtime, and the message if no URL has it. Pure functions."""

load("//rules/private/extensions:lock_fields.bzl", "without_credentials")
load("//rules/private/extensions:urls.bzl", "environment_variable", "file_urls")

# The variables that npm reads; npm ignores their case.
NPM_REGISTRY_VARIABLES = ["NPM_CONFIG_REGISTRY", "npm_config_registry"]

# `./bazelw` sets this variable, because it may run without internet access.
MAY_LACK_VARIABLE = "DISTROLESS_RUNTIMES_MAY_LACK"

def npm_url(registry, package, version):
    """The URL of an npm package in a registry.

    Args:
      registry: the URL of the registry.
      package: the name of the package, with its scope if it has one (`@scope/name`).
      version: the version.

    Returns:
      The URL.
    """
    return "%s/%s/-/%s-%s.tgz" % (registry.rstrip("/"), package, package.split("/")[-1], version)

def official_sources(name, filename, environment, address, sha256):
    """The sources of the official archive, in the order to try them.

    Args:
      name: the name of the runtime.
      filename: the path below the official URL.
      environment: the value of the environment variable `<NAME>_MIRROR`: URLs separated by spaces, or an empty string.
      address: the official URL.
      sha256: the SHA-256 of the archive.

    Returns:
      A list of structs of `url`, `file` (the name in this repository), `sha256` and `integrity`, one of which is empty.
    """
    file = filename.split("/")[-1]
    return [
        struct(file = file, integrity = "", sha256 = sha256, url = url)
        for url in file_urls(filename, environment, [address])
    ]

def npm_sources(registry, package, version, integrity):
    """The sources of the npm package with the same files.

    Args:
      registry: the URL of the registry, or an empty string.
      package: the name of the package, or an empty string if there is none.
      version: the version of the package.
      integrity: the integrity value of the package, `sha512-…`.

    Returns:
      A list as for `official_sources`. It is empty if there is no registry or no package.
    """
    if not registry or not package:
        return []
    url = npm_url(registry, package, version)
    return [struct(file = url.split("/")[-1], integrity = integrity, sha256 = "", url = url)]

def unreachable_constraint(filename):
    """The name of the constraint that no platform meets. Bazel shows it if the archive of a target is missing."""
    return "no_reachable_source_has_" + filename.split("/")[-1]

def archive_problem(name, version, architecture, filename, failures, second):
    """The message if no source has an archive.

    Args:
      name: the name of the runtime.
      version: the version of the runtime.
      architecture: the OCI architecture name.
      filename: the path of the archive below the official URL.
      failures: the failed attempts: structs of `url`, which the message shows without credentials, and `found`, the
        SHA-256 of a different file at this URL, or an empty string if there is no file.
      second: the name of the npm package that has the same files, or an empty string.

    Returns:
      The message, with a hint what to set.
    """
    wrong = [failure for failure in failures if failure.found]
    lines = [
        "  %s: %s" % (without_credentials(failure.url), "a file with SHA-256 " + failure.found if failure.found else "no answer")
        for failure in failures
    ]
    variable = environment_variable(name)
    hint = "set %s to the URL of a mirror, the directory that has `%s`" % (variable, filename)
    if second:
        hint += ", or %s to a registry of npm, which has the package `%s`" % (NPM_REGISTRY_VARIABLES[0], second)
    if wrong:
        hint = "a release does not change: find out why the file differs before you lock it again; " + hint
    return "\n".join(
        ["cannot fetch `%s` (%s %s, %s): no source has the file with the locked digest; tried" % (
            filename.split("/")[-1],
            name,
            version,
            architecture,
        )] + lines + ["hint: " + hint],
    )
