"""The differences between the Node.js images, as data."""

# The architectures of the images, if the distro and the runtime support them. Node.js is not released for riscv64.
ARCHITECTURES = ["amd64", "arm64", "arm", "s390x", "ppc64le"]

# The reason for each other architecture.
_LACKS = {"riscv64": "Node.js is not released for it"}

# Since version 24, Node.js has no release for 32-bit arm.
_WITHOUT_ARM = ["amd64", "arm64", "s390x", "ppc64le"]

_LACKS_ARM = _LACKS | {"arm": "Node.js has no release for 32-bit arm since 24"}

# The text of the documentation about images whose `node` has no digest in the lock.
UNSEEN = "only in the official archive, which was unavailable when this page was written"

# Additional packages for an architecture: node for arm is linked with libatomic.
ARCHITECTURE_PACKAGES = {"arm": ["libatomic1"]}

# The last day of support of each major version (https://github.com/nodejs/release#release-schedule).
_END_OF_LIFE = {
    18: "2025-04-30",
    20: "2026-04-30",
    22: "2027-04-30",
    24: "2028-04-30",
    26: "2029-04-30",
}

def _runtime(major, architectures = ARCHITECTURES, packages = [], lacks = _LACKS):
    return struct(
        architectures = architectures,
        end_of_life = _END_OF_LIFE[major],
        lacks = lacks,
        major = major,
        packages = packages,
    )

# The major versions of Node.js for each distro: nodejs.lock.json has one version of each. `packages` are the packages
# that node needs on every architecture and that cc does not contain.
RUNTIMES = {
    "debian11": [
        _runtime(18),
        _runtime(
            20,
            architectures = ["amd64", "arm64"],
            lacks = _LACKS | {"arm": "not in the catalogue of images"},
        ),
    ],
    "debian12": [
        _runtime(18),
        _runtime(20),
        _runtime(22),
    ],
    "debian13": [
        _runtime(22),
        _runtime(
            24,
            architectures = _WITHOUT_ARM,
            lacks = _LACKS_ARM,
        ),
        _runtime(
            26,
            architectures = _WITHOUT_ARM,
            lacks = _LACKS_ARM,
            packages = ["libatomic1"],
        ),
    ],
}

# Images that only other distros have, for each distro with the reason.
NOT_MADE = {
    "debian11": {
        "nodejs22": "not in the catalogue of images",
        "nodejs24": "not in the catalogue of images",
        "nodejs26": "not in the catalogue of images",
    },
    "debian12": {
        "nodejs24": "not in the catalogue of images",
        "nodejs26": "not in the catalogue of images",
    },
    "debian13": {
        "nodejs18": "its support ended before Debian 13",
        "nodejs20": "not in the catalogue of images",
    },
}
