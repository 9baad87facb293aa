"""The differences between the Java images, as data."""

# Where a distro, and the runtime, has them.
ARCHITECTURES = ["amd64", "arm64", "s390x", "ppc64le", "riscv64"]

# Why not elsewhere.
LACKS = {"arm": "not in the catalogue of images, though Debian has Java for it"}

ENV = {"LANG": "C.UTF-8"}

# Distro to the packages of java-base, in layer order.
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

# Debian's OpenJDK links the system's HarfBuzz, which java-base of Debian 13 has not.
_FONT_LIBRARIES = ["libharfbuzz0b", "libgraphite2-3", "libglib2.0-0t64", "libpcre2-8-0", "libatomic1"]

def _runtime(version, libraries = [], package_distro = "", architectures = ARCHITECTURES, lacks = LACKS):
    return struct(
        architectures = architectures,
        lacks = lacks,
        libraries = libraries,
        package_distro = package_distro,
        version = version,
    )

# Distro to its Java versions: the libraries that java-base lacks for them, the distro whose OpenJDK it is where that is
# another, and the architectures.
RUNTIMES = {
    "debian11": [_runtime(11), _runtime(17)],
    "debian12": [_runtime(17)],
    "debian13": [
        # Debian 13 has no OpenJDK 17. That of Debian 12 needs nothing older than what is here; it is not made for riscv64.
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

# Distro to images that another distro has, and why this one has not.
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
