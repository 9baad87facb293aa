"""What differs between the Node.js images, as data."""

# Where the distro, and the runtime, has them. Node.js is not released for riscv64.
ARCHITECTURES = ["amd64", "arm64", "arm", "s390x", "ppc64le"]

# No release for 32-bit arm since 24.
_WITHOUT_ARM = ["amd64", "arm64", "s390x", "ppc64le"]

# Packages that an architecture needs besides: node for arm links libatomic.
ARCHITECTURE_PACKAGES = {"arm": ["libatomic1"]}

def _runtime(major, architectures = ARCHITECTURES, packages = []):
    return struct(architectures = architectures, major = major, packages = packages)

# Distro to its Node.js versions, by their first number: nodejs.lock.json has one of each. `packages` are those that node of
# every architecture needs and cc has not.
RUNTIMES = {
    "debian11": [
        _runtime(18),
        _runtime(20, architectures = ["amd64", "arm64"]),
    ],
    "debian12": [
        _runtime(18),
        _runtime(20),
        _runtime(22),
    ],
    "debian13": [
        _runtime(22),
        _runtime(24, architectures = _WITHOUT_ARM),
        _runtime(26, architectures = _WITHOUT_ARM, packages = ["libatomic1"]),
    ],
}
