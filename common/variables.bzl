"""What all images share, as data: users, variants, distros. Changing a value here changes every image."""

load("//rules:architectures.bzl", "architectures")

# The user of the nonroot variants.
NONROOT = 65532

ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
}

DEBUG_ENV = {"PATH": ENV["PATH"] + ":/busybox"}

DEBUG_ENTRYPOINT = ["/busybox/sh"]

# Time of links that we add to a language's packages: 2000-01-01 00:00:00 UTC, as in the images that others derive.
LINK_MTIME = 946684800

# Distro to its facts. `architectures` are OCI's spellings, in the order of the indexes; `end_of_life` is the last day of
# Debian's long-term support (https://wiki.debian.org/LTS).
DISTROS = {
    # s390x and ppc64le have left the archive.
    "debian11": struct(
        architectures = ["amd64", "arm64", "arm"],
        codename = "bullseye",
        end_of_life = "2026-08-31",
        number = "11",
    ),
    "debian12": struct(
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le"],
        codename = "bookworm",
        end_of_life = "2028-06-30",
        number = "12",
    ),
    "debian13": struct(
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le", "riscv64"],
        codename = "trixie",
        end_of_life = "2030-06-30",
        number = "13",
    ),
}

# What a name without a distro means: `//static:latest`, `//java:java21`.
DEFAULT_DISTRO = "debian13"

# What every image's os-release names as its home.
PROJECT_URL = "https://github.com/GoogleContainerTools/distroless"

# Where the images are published, as `NAME-DISTRO:TAG`.
REPOSITORY = "gcr.io/distroless"

# The four variants of an image: suffix, whether it has the debug layer, whether it runs as nonroot.
VARIANTS = [
    struct(debug = debug, nonroot = nonroot)
    for debug in [False, True]
    for nonroot in [False, True]
]

def debian_architecture(architecture):
    """Debian's spelling of an OCI architecture."""
    return architectures.debian[architecture]

def architectures_among(distro, wanted):
    """Those of `wanted` that the distro has, in the order of its indexes."""
    return [architecture for architecture in DISTROS[distro].architectures if architecture in wanted]
