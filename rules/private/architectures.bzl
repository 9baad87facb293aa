"""The architectures: one row for each, and what follows from it.

To add an architecture, add a row here and one to `tools/crates/arch/src/rows.rs`.
`//tools/crates/arch:starlark_rows_test` compares the two.
"""

def _row(oci, debian, cpus, variant = "", aliases = []):
    """A row.

    Args:
      oci: the name in OCI documents, a value of Go's GOARCH
        (https://github.com/opencontainers/image-spec/blob/main/image-index.md, `platform.architecture`).
      debian: Debian's name (`dpkg --print-architecture`).
      cpus: names of constraint values in `@platforms//cpu`. All of them select this architecture: rule sets differ in the one
        that they use. Our own platforms use the first.
      variant: OCI's variant of the processors that Debian's port is for (`platform.variant`), if there are several.
      aliases: other names that people use, for hints of error messages.

    Returns:
      A struct of these.
    """
    return struct(aliases = aliases, cpus = cpus, debian = debian, oci = oci, variant = variant)

_ROWS = [
    _row("amd64", "amd64", cpus = ["x86_64"], aliases = ["x86_64"]),
    _row("arm64", "arm64", cpus = ["aarch64"], aliases = ["aarch64"], variant = "v8"),
    _row(
        "arm",
        "armhf",
        aliases = ["armhf", "armv7", "armv7l"],
        cpus = ["armv7", "armv7e-mf", "aarch32"],
        variant = "v7",
    ),
    _row("s390x", "s390x", cpus = ["s390x"]),
    _row(
        "ppc64le",
        "ppc64el",
        aliases = ["powerpc64le", "ppc", "ppc64el"],
        cpus = ["ppc64le", "ppc"],
    ),
    _row("riscv64", "riscv64", cpus = ["riscv64"]),
]

_DEBIAN = {row.oci: row.debian for row in sorted(_ROWS, key = lambda row: row.oci)}
_VARIANTS = {row.oci: row.variant for row in _ROWS}
_OCI = {alias: row.oci for row in _ROWS for alias in row.aliases}

def _variant(architecture):
    """OCI's variant of an architecture.

    Args:
      architecture: OCI's name.

    Returns:
      `v7`, `v8`, or an empty string if Debian's ports need none.
    """
    return _VARIANTS.get(architecture, "")

def _platforms():
    """OCI platforms with and without their variant, `linux/arm` and `linux/arm/v7`, to OCI's architecture name."""
    platforms = {}
    for row in _ROWS:
        platforms["linux/" + row.oci] = row.oci
        if row.variant:
            platforms["linux/%s/%s" % (row.oci, row.variant)] = row.oci
    return platforms

def _by_target_platform(otherwise = None):
    """What `select` needs for the OCI name of the target platform's architecture.

    Args:
      otherwise: the value for other platforms; None: the build fails for them.

    Returns:
      A dict of `config_setting` labels to names.
    """
    names = {Label("//rules/platforms:" + row.oci): row.oci for row in _ROWS}
    return names if otherwise == None else names | {"//conditions:default": otherwise}

def _problem(architecture):
    """Why an architecture cannot be used.

    Args:
      architecture: a name of it.

    Returns:
      The reason, with the right name if that is known; or None.
    """
    if architecture in _DEBIAN:
        return None
    if architecture in _OCI:
        return "architecture `%s` is spelled `%s` in OCI images" % (architecture, _OCI[architecture])
    return "unknown architecture `%s`; there are %s" % (
        architecture,
        ", ".join(["`%s`" % known for known in sorted(_DEBIAN)]),
    )

architectures = struct(
    # OCI's names in alphabetical order.
    all = sorted(_DEBIAN),
    by_target_platform = _by_target_platform,
    # OCI's name to the constraint values of its CPUs.
    cpus = {row.oci: row.cpus for row in _ROWS},
    # OCI's name to Debian's name.
    debian = _DEBIAN,
    # Alternative names to OCI's name.
    other_names = _OCI,
    platforms = _platforms(),
    problem = _problem,
    rows = _ROWS,
    variant = _variant,
)
