"""The differences between the cc images, as data."""

# The packages of each distro, in layer order. gcc-N-base has the copyright file to which the others have links. Images
# of Debian 11 never had it.
PACKAGES = {
    "debian11": ["libgomp1", "libstdc++6", "libgcc-s1"],
    "debian12": ["libgomp1", "libstdc++6", "libgcc-s1", "gcc-12-base"],
    "debian13": ["libgomp1", "libstdc++6", "libgcc-s1", "gcc-14-base"],
}
