"""The differences between the cc images, as data."""

# Distro to its packages, in layer order. gcc-N-base has the copyright file that the others link to; Debian 11 goes without,
# as it always has.
PACKAGES = {
    "debian11": ["libgomp1", "libstdc++6", "libgcc-s1"],
    "debian12": ["libgomp1", "libstdc++6", "libgcc-s1", "gcc-12-base"],
    "debian13": ["libgomp1", "libstdc++6", "libgcc-s1", "gcc-14-base"],
}
