"""The differences between the base images, as data."""

# The packages of each image for each distro, in layer order. All images are built on static; libc6 is the first layer
# above it.
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
