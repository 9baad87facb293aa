"""The data that all images share: users, variants, distros. A change of a value changes all images."""

load("//common:problems.bzl", "distro_problem")
load("//rules:architectures.bzl", "architectures")

# The user of the nonroot variants.
NONROOT = 65532

ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
}

DEBUG_ENV = {"PATH": ENV["PATH"] + ":/busybox"}

DEBUG_ENTRYPOINT = ["/busybox/sh"]

# Modification time of links that we add to a language's packages: 2000-01-01 00:00:00 UTC, as in the original images.
LINK_MTIME = 946684800

# Properties of distros. `architectures` are OCI's names, in the order of the indexes; `lacks` has the reason for each
# missing one. `released` is the day of Debian's release, and `end_of_security` the last day of support by its security
# team (https://www.debian.org/releases/). `end_of_life` is the last day of long-term support
# (https://wiki.debian.org/LTS). The table in SUPPORT.md has the same dates; `//common/tests:support_page_test` compares
# them.
DISTROS = {
    "debian11": struct(
        architectures = ["amd64", "arm64", "arm"],
        codename = "bullseye",
        end_of_life = "2026-08-31",
        end_of_security = "2024-08-14",
        lacks = {
            "ppc64le": "Debian 11 for ppc64el has left the archive",
            "riscv64": "Debian 11 was not released for it",
            "s390x": "Debian 11 for s390x has left the archive",
        },
        number = "11",
        released = "2021-08-14",
    ),
    "debian12": struct(
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le"],
        codename = "bookworm",
        end_of_life = "2028-06-30",
        end_of_security = "2026-06-10",
        lacks = {"riscv64": "Debian 12 was not released for it"},
        number = "12",
        released = "2023-06-10",
    ),
    "debian13": struct(
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le", "riscv64"],
        codename = "trixie",
        end_of_life = "2030-06-30",
        end_of_security = "2028-08-09",
        lacks = {},
        number = "13",
        released = "2025-08-09",
    ),
}

# The distro of names without a distro: `//static:latest`, `//java:java21`.
DEFAULT_DISTRO = "debian13"

# The home page in the os-release of every image.
PROJECT_URL = "https://github.com/GoogleContainerTools/distroless"

# The repository of the published images, which are `NAME-DISTRO:TAG`.
REPOSITORY = "gcr.io/distroless"

# The four variants of an image: with or without the debug layer, with root or nonroot as the user.
VARIANTS = [
    struct(debug = debug, nonroot = nonroot)
    for debug in [False, True]
    for nonroot in [False, True]
]

def debian_architecture(architecture):
    """The Debian name of an OCI architecture."""
    return architectures.debian[architecture]

def architectures_among(distro, wanted):
    """The architectures of a list that the distro has. Fails for an unknown distro.

    Args:
      distro: the distro, such as `debian12`.
      wanted: OCI architecture names.

    Returns:
      A list in the order of the image indexes of the distro.
    """
    problem = distro_problem("make images of", distro, DISTROS)
    if problem:
        fail(problem)
    return [architecture for architecture in DISTROS[distro].architectures if architecture in wanted]
