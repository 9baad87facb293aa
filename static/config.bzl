"""The differences between the static images, as data."""

# The packages of each distro, in layer order.
PACKAGES = {
    "debian11": ["base-files", "netbase", "tzdata"],
    "debian12": ["base-files", "netbase", "tzdata", "media-types"],
    "debian13": ["base-files", "netbase", "tzdata", "tzdata-legacy", "media-types"],
}
