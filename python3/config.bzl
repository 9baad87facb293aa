"""The differences between the Python images, as data."""

_NOT_WANTED = "not in the catalogue of images, though Debian has Python for it"

# The architectures of the images, if the distro supports them.
ARCHITECTURES = ["amd64", "arm64", "riscv64"]

# The reason for each other architecture.
LACKS = {
    "arm": _NOT_WANTED,
    "ppc64le": _NOT_WANTED,
    "s390x": _NOT_WANTED,
}

ENV = {"LANG": "C.UTF-8"}

# The version of Python and the packages of each distro, in layer order.
IMAGES = {
    "debian11": struct(
        version = "3.9",
        packages = [
            "dash",
            "libbz2-1.0",
            "libc-bin",
            "libdb5.3",
            "libexpat1",
            "liblzma5",
            "libsqlite3-0",
            "libuuid1",
            "libncursesw6",
            "libtinfo6",
            "python3-distutils",
            "zlib1g",
            "libcom-err2",
            "libcrypt1",
            "libffi7",
            "libgssapi-krb5-2",
            "libk5crypto3",
            "libkeyutils1",
            "libkrb5-3",
            "libkrb5support0",
            "libmpdec3",
            "libnsl2",
            "libpython3.9-minimal",
            "libpython3.9-stdlib",
            "libreadline8",
            "libtirpc3",
            "python3.9-minimal",
        ],
    ),
    "debian12": struct(
        version = "3.11",
        packages = [
            "libbz2-1.0",
            "libdb5.3",
            "libexpat1",
            "liblzma5",
            "libsqlite3-0",
            "libuuid1",
            "libncursesw6",
            "libtinfo6",
            "python3-distutils",
            "zlib1g",
            "libcom-err2",
            "libcrypt1",
            "libgssapi-krb5-2",
            "libk5crypto3",
            "libkeyutils1",
            "libkrb5-3",
            "libkrb5support0",
            "libnsl2",
            "libreadline8",
            "libtirpc3",
            "libffi8",
            "libpython3.11-minimal",
            "libpython3.11-stdlib",
            "python3.11-minimal",
        ],
    ),
    "debian13": struct(
        version = "3.13",
        packages = [
            "libbz2-1.0",
            "libdb5.3t64",
            "libexpat1",
            "liblzma5",
            "libsqlite3-0",
            "libuuid1",
            "libncursesw6",
            "libtinfo6",
            # The base image has zlib1g.
            "libcom-err2",
            "libcrypt1",
            "libc-bin",
            "libgssapi-krb5-2",
            "libk5crypto3",
            "libkeyutils1",
            "libkrb5-3",
            "libkrb5support0",
            "libnsl2",
            "libreadline8t64",
            "libtirpc3t64",
            "libffi8",
            "libpython3.13-minimal",
            "libpython3.13-stdlib",
            "python3.13-minimal",
            "python3.13-venv",
        ],
    ),
}
