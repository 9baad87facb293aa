"""Makes a workspace that uses this module: a lock, images, variants and indexes of a chosen size.

Equal sizes give equal files. Names, sizes and dependencies of packages have the form of Debian's, but the packages do not exist.
A package has a small real `.deb` file if it is built, and otherwise shares one file with all others, because Bazel's analysis
does not read packages.
"""

import dataclasses
import gzip
import hashlib
import io
import json
import os
import pathlib
import random
import tarfile

MODULE = pathlib.Path(__file__).resolve().parents[2]

# Debian's names, and the platforms of //rules/platforms.
ARCHITECTURES = {"amd64": "amd64", "arm64": "arm64", "armhf": "arm", "ppc64el": "ppc64le", "riscv64": "riscv64", "s390x": "s390x"}
VARIANTS = ["latest", "nonroot", "debug", "debug_nonroot"]

# The packages that every image has, in addition to its own. Every second image has `libc-bin` too, and so a cache of the
# dynamic loader.
COMMON = ["base-files", "libc6", "netbase", "tzdata"]
FIXED = [*COMMON, "libc-bin", "busybox-static"]
# Both are built from the source package glibc, and ld.so.cache needs them in one version.
GLIBC = ["libc6", "libc-bin"]
FOR_ALL = {"netbase", "tzdata"}
MOST_PACKAGES = 60

TOOLS = ["deb_extractor", "evidence_writer", "image_inspector", "image_test", "index_writer", "layer_assembler"]

MODULE_BAZEL = """module(name = "scale")

bazel_dep(name = "platforms", version = "1.0.0")
bazel_dep(name = "distroless", version = "0.1.0")
local_path_override(
    module_name = "distroless",
    path = "{module}",
)

debian = use_extension("@distroless//rules:extensions.bzl", "debian")
debian.install(
    name = "hub",
    lock = "//:hub.lock.json",
    merged_usr = True,
)
use_repo(debian, "hub")

register_toolchains("//:distroless_tools")
"""

ROOT_BUILD = """load("@distroless//rules:toolchains.bzl", "distroless_toolchain")

distroless_toolchain(
    name = "tools",
    {tools}
)

toolchain(
    name = "distroless_tools",
    toolchain = ":tools",
    toolchain_type = "@distroless//rules:toolchain_type",
)
"""

# The macro is that of a team with one set of variants for all images.
IMAGES_BZL = '''"""The images of this workspace."""

load("@distroless//rules:image.bzl", "image", "image_from_packages", "image_index")

def scale_images(packages, variants, platforms):
    """The variants of an image, each as an index for all platforms.

    Args:
      packages: the packages of all variants.
      variants: the names of the variants.
      platforms: the platforms of each index.
    """
    tags = ["manual"]
    image_from_packages(name = "latest", hub = "@hub", packages = packages, tags = tags)
    if "nonroot" in variants:
        image(name = "nonroot", base = ":latest", tags = tags, user = "65534")
    if "debug" in variants:
        image(name = "debug", base = ":latest", layers = ["@hub//busybox-static"], tags = tags)
    if "debug_nonroot" in variants:
        image(name = "debug_nonroot", base = ":debug", tags = tags, user = "65534")
    for variant in variants:
        image_index(
            name = variant + "_index",
            image = ":" + variant,
            platforms = ["@distroless//rules/platforms:linux_" + platform for platform in platforms],
        )
'''

BUILD = """load("//:images.bzl", "scale_images")

scale_images(
    packages = {packages},
    platforms = {platforms},
    variants = {variants},
)
"""


@dataclasses.dataclass(frozen=True)
class Size:
    """Packages of the lock, architectures, images, and variants of each image."""

    packages: int
    architectures: int
    images: int
    variants: int

    @property
    def debian(self):
        """The Debian architecture names."""
        return sorted(list(ARCHITECTURES)[: self.architectures])

    @property
    def all_images(self):
        return self.architectures * self.images * self.variants


def real_sizes():
    """The sizes of all packages in the committed locks, in bytes, sorted."""
    sizes = []
    for file in sorted((MODULE / "debian_packages").glob("*.lock.json")):
        for entries in json.loads(file.read_text())["packages"].values():
            sizes += [entry["size"] for entry in entries.values()]
    return sorted(sizes)


@dataclasses.dataclass(frozen=True)
class Package:
    """A package: its direct dependencies, its size in bytes on every architecture, and whether it is for `all` of them."""

    name: str
    depends: tuple
    size: int
    for_all: bool


def packages(number, sizes, seed=17):
    """NUMBER packages, each of which depends on libc6 and on earlier ones: low numbers have the most reverse dependencies.

    In the committed locks a package has 2.2 dependencies, nine in ten need libc6, and one in ten is for all architectures.
    """
    choose = random.Random(seed)
    found = {}
    for name in FIXED:
        depends = () if name in ("libc6", "base-files", *FOR_ALL) else ("libc6",)
        found[name] = Package(name, depends, choose.choice(sizes), name in FOR_ALL)
    for index in range(number - len(found)):
        names = set()
        for _ in range(choose.choice((0, 0, 1, 1, 2, 3)) if index else 0):
            names.add(f"package-{int(index * choose.random() ** 2)}")
        for_all = choose.random() < 0.1
        depends = sorted(names if for_all else names | {"libc6"})
        found[f"package-{index}"] = Package(f"package-{index}", tuple(depends), choose.choice(sizes), for_all)
    return found


def closure(known, names):
    """The packages NAMES and all their dependencies, each after its dependencies."""
    order, seen = [], set()

    def visit(name):
        if name not in seen:
            seen.add(name)
            for needed in known[name].depends:
                visit(needed)
            order.append(name)

    for name in names:
        visit(name)
    return order


def images(known, number, seed=18):
    """The packages of each of NUMBER images: the common ones, and up to four others with their dependencies."""
    choose = random.Random(seed)
    others = [name for name in known if name not in FIXED]
    found = []
    for index in range(number):
        common = COMMON + (["libc-bin"] if index % 2 == 0 else [])
        names = closure(known, [*common, *choose.sample(others, min(len(others), choose.randint(1, 4)))])
        found.append(names[:MOST_PACKAGES])
    return found


def tar(files):
    """A tar archive: path to content, or to None for a directory."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as writer:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.mode = 0o644
            if content is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            else:
                entry.size = len(content)
            writer.addfile(entry, io.BytesIO(content or b""))
    return gzip.compress(archive.getvalue(), mtime=0)


def member(name, content):
    """A file of an ar archive (deb(5))."""
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
    return header + content + b"\n" * (len(content) % 2)


def deb(name, version, architecture, depends):
    """A small Debian package: a copyright file."""
    control = f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: A <a@example.org>\n"
    control += f"Depends: {', '.join(depends)}\n" if depends else ""
    control += "Description: a package of bench/scale\n"
    copyright_file = f"./usr/share/doc/{name}/copyright"
    content = f"{name} {version} {architecture}\n".encode()
    md5sums = f"{hashlib.md5(content).hexdigest()}  {copyright_file[2:]}\n"
    data = {"./": None, "./usr/": None, "./usr/share/": None, "./usr/share/doc/": None, f"./usr/share/doc/{name}/": None, copyright_file: content}
    package = b"!<arch>\n" + member("debian-binary", b"2.0\n")
    package += member("control.tar.gz", tar({"./": None, "./control": control.encode(), "./md5sums": md5sums.encode()}))
    return package + member("data.tar.gz", tar(data))


class Workspace:
    """A generated workspace in DIRECTORY.

    `tools` is the directory of the real tools, for a workspace that is built; without it, the packages and tools are files
    without meaning, and only the analysis works.
    """

    def __init__(self, directory, size, tools=None):
        self.directory, self.size, self.tools = pathlib.Path(directory), size, tools
        self.packages = packages(size.packages, real_sizes())
        self.images = images(self.packages, size.images)
        self.used = sorted({name for names in self.images for name in names} | ({"busybox-static"} if size.variants > 2 else set()))
        self.versions = {name: "2.41-1" for name in self.packages}

    def write(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "pool").mkdir(exist_ok=True)
        (self.directory / "tool").write_text("#!/bin/sh\n")
        (self.directory / "tool").chmod(0o755)
        lines = []
        for tool in TOOLS:
            if self.tools:
                os.symlink(self.tools / tool, self.directory / tool)
            lines.append(f'{tool} = "{tool if self.tools else "tool"}",')
        (self.directory / "MODULE.bazel").write_text(MODULE_BAZEL.format(module=MODULE))
        (self.directory / "BUILD.bazel").write_text(ROOT_BUILD.format(tools="\n    ".join(lines)))
        (self.directory / "images.bzl").write_text(IMAGES_BZL)
        platforms = json.dumps([ARCHITECTURES[name] for name in self.size.debian])
        variants = json.dumps(VARIANTS[: self.size.variants])
        for number, names in enumerate(self.images):
            (self.directory / f"image_{number}").mkdir(exist_ok=True)
            build = BUILD.format(packages=json.dumps(names), platforms=platforms, variants=variants)
            (self.directory / f"image_{number}/BUILD.bazel").write_text(build)
        self.write_lock()

    def bump(self, names):
        """Gives packages a newer version, and writes the lock again."""
        for name in names:
            self.versions[name] = "2.41-2"
        self.write_lock()

    def _file(self, package, key):
        """The path of a package below the pool, and its SHA-256. Writes the file if it does not exist."""
        version = self.versions[package.name]
        if self.tools and package.name in self.used:
            name, content = f"{package.name}_{version}_{key}.deb", deb(package.name, version, key, package.depends)
        else:
            name, content = f"any_{version}.deb", version.encode()
        file = self.directory / "pool" / name
        if not file.exists():
            file.write_bytes(content)
        return f"pool/{name}", hashlib.sha256(content).hexdigest()

    def _entry(self, package, key):
        version = self.versions[package.name]
        filename, sha256 = self._file(package, key)
        return {
            "depends": list(package.depends),
            "filename": filename,
            "reason": "requested",
            "sha256": sha256,
            "size": package.size,
            "source": package.name,
            "source_version": version,
            "suite": "pool",
            "version": version,
        }

    def write_lock(self):
        entries = {
            package.name: {key: self._entry(package, key) for key in (["all"] if package.for_all else self.size.debian)}
            for package in self.packages.values()
        }
        lock = {
            "architectures": self.size.debian,
            "distro": "scale",
            "packages": entries,
            "snapshot": "2026-11-21T02:34:56Z",
            "sources": {"pool": {"url": f"file://{self.directory}"}},
            "version": 1,
        }
        (self.directory / "hub.lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n")
