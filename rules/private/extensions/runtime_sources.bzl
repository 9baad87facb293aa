"""Where the archive of a runtime may be, and what is said when it is nowhere. Pure functions."""

load("//rules/private/extensions:addresses.bzl", "addresses", "environment_variable")
load("//rules/private/extensions:lock_fields.bzl", "without_credentials")

# The variables that npm reads; npm ignores their case.
NPM_REGISTRY_VARIABLES = ["NPM_CONFIG_REGISTRY", "npm_config_registry"]

# `./bazelw` sets this variable, because it may run without internet access.
MAY_LACK_VARIABLE = "DISTROLESS_RUNTIMES_MAY_LACK"

def npm_address(registry, package, version):
    """Where a registry has the archive of an npm package.

    Args:
      registry: the registry's address.
      package: the package, with its scope where it has one (`@scope/name`).
      version: the version.

    Returns:
      The address.
    """
    return "%s/%s/-/%s-%s.tgz" % (registry.rstrip("/"), package, package.split("/")[-1], version)

def official_sources(name, filename, environment, address, sha256):
    """Where the official archive may be, in the order to try.

    Args:
      name: the runtime.
      filename: the path below the official address.
      environment: the value of the environment variable `<NAME>_MIRROR`: addresses, parted by spaces, or empty.
      address: the official address.
      sha256: the archive's SHA-256.

    Returns:
      A list of structs: `url`, `file` (what it is called here) and `sha256` or `integrity`, of which the other is empty.
    """
    file = filename.split("/")[-1]
    return [
        struct(file = file, integrity = "", sha256 = sha256, url = url)
        for url in addresses(filename, environment, [address])
    ]

def npm_sources(registry, package, version, integrity):
    """Where the same files may be as an npm package.

    Args:
      registry: the registry's address, or empty.
      package: the package, or empty where there is none.
      version: its version.
      integrity: its integrity, `sha512-…`.

    Returns:
      A list as of `official_sources`, empty where there is no registry or no package.
    """
    if not registry or not package:
        return []
    url = npm_address(registry, package, version)
    return [struct(file = url.split("/")[-1], integrity = integrity, sha256 = "", url = url)]

def unreachable_constraint(filename):
    """The name of the constraint that no platform meets: Bazel shows it where a target cannot be built for lack of an archive."""
    return "no_reachable_source_has_" + filename.split("/")[-1]

def archive_problem(name, version, architecture, filename, failures, second):
    """What is said when no source has an archive.

    Args:
      name: the runtime.
      version: its version.
      architecture: OCI's spelling.
      filename: the archive's path below the official address.
      failures: what was tried: structs of `url`, shown without credentials, and `found`: the SHA-256 of the file that is
        there and is another one, empty where there is none.
      second: the npm package that has the same files, or empty.

    Returns:
      The message, with what to set.
    """
    wrong = [failure for failure in failures if failure.found]
    lines = [
        "  %s: %s" % (without_credentials(failure.url), "a file of another checksum, SHA-256 " + failure.found if failure.found else "no answer")
        for failure in failures
    ]
    variable = environment_variable(name)
    hint = "set %s to the address of a mirror, the folder that has `%s`" % (variable, filename)
    if second:
        hint += ", or %s to a registry of npm, which has the package `%s`" % (NPM_REGISTRY_VARIABLES[0], second)
    if wrong:
        hint = "a release does not change: find out what was replaced before you lock it anew; " + hint
    return "\n".join(
        ["cannot fetch `%s` (%s %s, %s): no source has it as the lock says; tried" % (
            filename.split("/")[-1],
            name,
            version,
            architecture,
        )] + lines + ["hint: " + hint],
    )
