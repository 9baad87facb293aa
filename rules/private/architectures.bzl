"""The architectures: OCI's spelling, its variant, Debian's spelling."""

# OCI image index, "platform.variant": v7 and v8 are the only ones that Debian's ports need.
_VARIANTS = {
    "arm": "v7",
    "arm64": "v8",
}

_DEBIAN = {
    "amd64": "amd64",
    "arm": "armhf",
    "arm64": "arm64",
    "ppc64le": "ppc64el",
    "riscv64": "riscv64",
    "s390x": "s390x",
}

# How else people spell them: uname, Debian, Rust, Bazel.
_OTHER_SPELLINGS = {
    "aarch64": "arm64",
    "armhf": "arm",
    "armv7": "arm",
    "armv7l": "arm",
    "ppc": "ppc64le",
    "ppc64el": "ppc64le",
    "x86_64": "amd64",
}

def _variant(architecture):
    """OCI's variant of an architecture.

    Args:
      architecture: OCI's spelling.

    Returns:
      `v7`, `v8`, or nothing where Debian's ports need none.
    """
    return _VARIANTS.get(architecture, "")

def _problem(architecture):
    """Why an architecture cannot be used.

    Args:
      architecture: a spelling of it.

    Returns:
      The reason, with the spelling that is meant where that is known; or None.
    """
    if architecture in _DEBIAN:
        return None
    if architecture in _OTHER_SPELLINGS:
        return "architecture `%s` is spelled `%s` in OCI images" % (architecture, _OTHER_SPELLINGS[architecture])
    return "unknown architecture `%s`; there are %s" % (
        architecture,
        ", ".join(["`%s`" % known for known in sorted(_DEBIAN)]),
    )

architectures = struct(
    # OCI's spellings, sorted.
    all = sorted(_DEBIAN),
    # OCI's spelling to Debian's.
    debian = _DEBIAN,
    other_spellings = _OTHER_SPELLINGS,
    problem = _problem,
    variant = _variant,
)
