"""What differs between the static images, as data."""

# Distro to its packages, in layer order.
PACKAGES = {
    "debian12": ["base-files", "netbase", "tzdata", "media-types"],
}
