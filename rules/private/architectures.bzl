"""The architectures: one row for each, and the values that are derived from the rows.

To add an architecture, add a row here and one to `tools/crates/arch/src/rows.rs`.
`//tools/crates/arch:starlark_rows_test` compares the two.
"""

def _row(oci, debian, cpus, variant = "", aliases = []):
    """A row.

    Args:
      oci: the OCI architecture name, a value of Go's GOARCH
        (https://github.com/opencontainers/image-spec/blob/main/image-index.md, `platform.architecture`).
      debian: the Debian architecture name (`dpkg --print-architecture`).
      cpus: names of constraint values in `@platforms//cpu`. All of them select this architecture: rule sets differ in
        the one that they use. Our own platforms use the first.
      variant: OCI's variant of the processors that Debian's port is for (`platform.variant`), if there are several.
      aliases: other names that are in use, for hints in error messages.

    Returns:
      A struct with these fields.
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
    """The OCI variant of an architecture.

    Args:
      architecture: the OCI architecture name.

    Returns:
      `v7` or `v8`; an empty string if the architecture has no variant.
    """
    return _VARIANTS.get(architecture, "")

def _platforms():
    """OCI platforms with and without variant, such as `linux/arm` and `linux/arm/v7`, to OCI architecture names."""
    platforms = {}
    for row in _ROWS:
        platforms["linux/" + row.oci] = row.oci
        if row.variant:
            platforms["linux/%s/%s" % (row.oci, row.variant)] = row.oci
    return platforms

def _by_target_platform(otherwise = None):
    """The branches of a `select` for the OCI architecture name of the target platform.

    Args:
      otherwise: the value for other platforms. If None, the build fails for them.

    Returns:
      A dict of `config_setting` labels to OCI architecture names.
    """
    names = {Label("//rules/platforms:" + row.oci): row.oci for row in _ROWS}
    return names if otherwise == None else names | {"//conditions:default": otherwise}

def _problem(architecture):
    """Checks the name of an architecture.

    Args:
      architecture: the name to check.

    Returns:
      The reason why it cannot be used, with the right name if that is known; or None.
    """
    if architecture in _DEBIAN:
        return None
    if architecture in _OCI:
        return "architecture `%s` is named `%s` in OCI images" % (architecture, _OCI[architecture])
    return "unknown architecture `%s`; expected one of %s" % (
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
