"""The differences between the Java images, as data."""

# The architectures of the images, if the distro and the runtime support them.
ARCHITECTURES = ["amd64", "arm64", "s390x", "ppc64le", "riscv64"]

# The reason for each other architecture.
LACKS = {"arm": "not in the catalogue of images, though Debian has Java for it"}

ENV = {"LANG": "C.UTF-8"}

# The packages of java-base for each distro, in layer order.
BASE_PACKAGES = {
    "debian11": [
        "zlib1g",
        "libjpeg62-turbo",
        "libpng16-16",
        "liblcms2-2",
        "libfreetype6",
        "fonts-dejavu-core",
        "fontconfig-config",
        "libexpat1",
        "libfontconfig1",
        "libuuid1",
        "libbrotli1",
        "libcrypt1",
        "libstdc++6",
        "libgcc-s1",
        "libharfbuzz0b",
        "libgraphite2-3",
        "libglib2.0-0",
        "libpcre3",
    ],
    "debian12": [
        "zlib1g",
        "libjpeg62-turbo",
        "liblcms2-2",
        "libfreetype6",
        "fonts-dejavu-core",
        "fontconfig-config",
        "libexpat1",
        "libfontconfig1",
        "libuuid1",
        "libbrotli1",
        "libcrypt1",
        "libstdc++6",
        "libgcc-s1",
        "gcc-12-base",
        "libpng16-16",
        "libharfbuzz0b",
        "libgraphite2-3",
        "libpcre2-8-0",
        "libglib2.0-0",
    ],
    "debian13": [
        "zlib1g",
        "libjpeg62-turbo",
        "liblcms2-2",
        "libfreetype6",
        "fonts-dejavu-core",
        "fontconfig-config",
        "libexpat1",
        "libfontconfig1",
        "libuuid1",
        "libbrotli1",
        "libcrypt1",
        "libstdc++6",
        "libgcc-s1",
        "gcc-14-base",
        "libpng16-16t64",
        "libbz2-1.0",
    ],
}

# Debian's OpenJDK is linked with the HarfBuzz of the system, which java-base of Debian 13 does not contain.
_FONT_LIBRARIES = ["libharfbuzz0b", "libgraphite2-3", "libglib2.0-0t64", "libpcre2-8-0", "libatomic1"]

def _runtime(version, libraries = [], package_distro = "", architectures = ARCHITECTURES, lacks = LACKS):
    return struct(
        architectures = architectures,
        lacks = lacks,
        libraries = libraries,
        package_distro = package_distro,
        version = version,
    )

# The Java versions of each distro: the additional libraries, the distro of the OpenJDK if it is a different one, and
# the architectures.
RUNTIMES = {
    "debian11": [_runtime(11), _runtime(17)],
    "debian12": [_runtime(17)],
    "debian13": [
        # Debian 13 has no OpenJDK 17. The package of Debian 12 works with the libraries of Debian 13, but does not
        # exist for riscv64.
        _runtime(
            17,
            architectures = ["amd64", "arm64", "s390x", "ppc64le"],
            lacks = LACKS | {"riscv64": "its OpenJDK 17 is that of Debian 12, which was not released for riscv64"},
            libraries = _FONT_LIBRARIES,
            package_distro = "debian12",
        ),
        _runtime(21, libraries = _FONT_LIBRARIES),
        _runtime(25, libraries = _FONT_LIBRARIES),
    ],
}

# Images that only other distros have, for each distro with the reason.
NOT_MADE = {
    "debian11": {
        "java21": "Debian 11 has OpenJDK 11 and 17 only",
        "java25": "Debian 11 has OpenJDK 11 and 17 only",
    },
    "debian12": {
        "java11": "Debian 12 has OpenJDK 17 only",
        "java21": "Debian 12 has OpenJDK 17 only",
        "java25": "Debian 12 has OpenJDK 17 only",
    },
    "debian13": {"java11": "neither Debian 13 nor 12 has OpenJDK 11"},
}
