"""The differences between the base images, as data."""

# Image to distro to its packages, in layer order. Each is on static, also the family's own: libc6 is its first layer there.
PACKAGES = {
    "": {
        "debian11": ["libc6", "libssl1.1", "openssl"],
        "debian12": ["libc6", "libssl3"],
        "debian13": ["libc6", "libssl3t64", "libzstd1", "zlib1g"],
    },
    "nossl": {
        "debian11": ["libc6"],
        "debian12": ["libc6"],
        "debian13": ["libc6"],
    },
}
