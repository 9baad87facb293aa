"""The differences between the Node.js images, as data."""

# Where the distro, and the runtime, has them. Node.js is not released for riscv64.
ARCHITECTURES = ["amd64", "arm64", "arm", "s390x", "ppc64le"]

# Why not elsewhere.
_LACKS = {"riscv64": "Node.js is not released for it"}

# No release for 32-bit arm since 24.
_WITHOUT_ARM = ["amd64", "arm64", "s390x", "ppc64le"]

_LACKS_ARM = _LACKS | {"arm": "Node.js has no release for 32-bit arm since 24"}

# Why the documentation says nothing more of images whose `node` has no hash in the lock.
UNSEEN = "made of the official archive only, which was out of reach where this page was written"

# Packages that an architecture needs besides: node for arm links libatomic.
ARCHITECTURE_PACKAGES = {"arm": ["libatomic1"]}

# First number of a version to the last day of its support (https://github.com/nodejs/release#release-schedule).
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

# Distro to its Node.js versions, by their first number: nodejs.lock.json has one of each. `packages` are those that node of
# every architecture needs and cc has not.
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

# Distro to images that another distro has, and why this one has not.
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
