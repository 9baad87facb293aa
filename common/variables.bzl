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

def _distro(number, codename, architectures, released, end_of_security, end_of_life, lacks = {}, locale = "usr/lib/locale/C.utf8", var_local = False):
    """A row of DISTROS.

    Args:
      number: Debian's release number.
      codename: Debian's code name.
      architectures: OCI names of its architectures, in the order of the image indexes.
      released: the day of the release (https://www.debian.org/releases/).
      end_of_security: the last day of support by Debian's security team.
      end_of_life: the last day of long-term support (https://wiki.debian.org/LTS).
      lacks: dict of the other architectures to the reason why it lacks them.
      locale: the directory of the locale C.UTF-8 in libc-bin. glibc renamed it in 2.35.
      var_local: whether base-files has a `/var/local` of the group staff.

    Returns:
      A struct of these.
    """
    return struct(
        architectures = architectures,
        codename = codename,
        end_of_life = end_of_life,
        end_of_security = end_of_security,
        lacks = lacks,
        locale = locale,
        number = number,
        released = released,
        var_local = var_local,
    )

# The distros. To add one, add a row here; CONTRIBUTING.md has the other steps.
DISTROS = {
    "debian11": _distro(
        number = "11",
        codename = "bullseye",
        architectures = ["amd64", "arm64", "arm"],
        released = "2021-08-14",
        end_of_security = "2024-08-14",
        end_of_life = "2026-08-31",
        lacks = {
            "ppc64le": "Debian's repository no longer has Debian 11 for ppc64el",
            "riscv64": "Debian 11 was not released for it",
            "s390x": "Debian's repository no longer has Debian 11 for s390x",
        },
        locale = "usr/lib/locale/C.UTF-8",
        var_local = True,
    ),
    "debian12": _distro(
        number = "12",
        codename = "bookworm",
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le"],
        released = "2023-06-10",
        end_of_security = "2026-06-10",
        end_of_life = "2028-06-30",
        lacks = {"riscv64": "Debian 12 was not released for it"},
        var_local = True,
    ),
    "debian13": _distro(
        number = "13",
        codename = "trixie",
        architectures = ["amd64", "arm64", "arm", "s390x", "ppc64le", "riscv64"],
        released = "2025-08-09",
        end_of_security = "2028-08-09",
        end_of_life = "2030-06-30",
    ),
}

# The distro whose BusyBox all images use: it is static, and its name lookup needs no library of the image. It must have
# the architectures of all distros.
BUSYBOX_DISTRO = "debian13"

# The distro of names without a distro: `//static:latest`, `//java:java21`.
DEFAULT_DISTRO = "debian13"

# The four variants of an image: with or without the debug layer, with root or nonroot as the user.
VARIANTS = [
    struct(debug = debug, nonroot = nonroot)
    for debug in [False, True]
    for nonroot in [False, True]
]

def debian_architecture(architecture):
    """The Debian name of an OCI architecture."""
    return architectures.debian[architecture]

def all_architectures():
    """The architectures of all distros, by their OCI names, in alphabetical order."""
    return sorted({
        architecture: None
        for facts in DISTROS.values()
        for architecture in facts.architectures
    })

def architectures_among(distro, allowed):
    """The architectures of a list that the distro has. Fails for an unknown distro.

    Args:
      distro: the distro, such as `debian12`.
      allowed: OCI architecture names.

    Returns:
      A list in the order of the image indexes of the distro.
    """
    problem = distro_problem("make images of", distro, DISTROS)
    if problem:
        fail(problem)
    return [architecture for architecture in DISTROS[distro].architectures if architecture in allowed]
