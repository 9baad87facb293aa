"""A workspace that builds an image with rules_distroless and rules_oci, from checkouts: a peer of no_op.py.

The image has the packages of examples/workspace, each as a layer of its files and its entry in /var/lib/dpkg/status.d, and
layers of /etc/passwd, /etc/group, a home directory, /usr/lib/os-release and the CA certificates. All rules are the peers';
`flatten` joins a package's files and entry, where upstream's distroless uses rules_pkg, whose rule has more inputs.
Packages come from files and tools from this machine, because the peers' download addresses may be out of reach. Both are
external repositories, as they are with downloads. No rule is changed, but for one `load` (CC_IMPORT).

docs/benchmarks.md has figures of rules_distroless 0.9.3 and rules_oci 2.3.2, with aspect_bazel_lib 2.21.1, bazel_features 1.50.0,
bazel_lib 3.0.0, jq.bzl 0.1.0, tar.bzl 0.7.0, yq.bzl 0.3.1, and package_metadata of June 2026.
"""

import os
import pathlib
import shutil
import sys


# Each is a directory of the checkouts, by the name of the module. The two of bazel-lib are its versions 2 and 3.
MODULES = [
    "aspect_bazel_lib", "bazel_features", "bazel_lib", "jq.bzl", "package_metadata", "rules_distroless", "rules_oci", "tar.bzl", "yq.bzl",
]

# The released modules of bazel-lib have this where a checkout has the comment.
IN_RELEASES = "# In released versions: dev_dependency = True"

# The `load` in repositories of packages that needs a newer rules_cc than Debian's, and where older ones have the same rule.
CC_IMPORT = ("@rules_cc//cc/private/rules_impl:cc_import.bzl", "@rules_cc//cc:cc_import.bzl")

# The external repositories with tools: {name: (module, .bzl file, rule, attribute, program)}.
TOOLS = {
    "aspect_bazel_lib~~toolchains~coreutils_linux_amd64":
        ("aspect_bazel_lib", "lib/private:coreutils_toolchain.bzl", "coreutils_toolchain", "binary", "coreutils"),
    "aspect_bazel_lib~~toolchains~jq_linux_amd64": ("aspect_bazel_lib", "lib/private:jq_toolchain.bzl", "jq_toolchain", "bin", "jq"),
    "aspect_bazel_lib~~toolchains~zstd_linux_amd64":
        ("aspect_bazel_lib", "lib/private:zstd_toolchain.bzl", "zstd_toolchain", "binary", "zstd"),
    "bazel_lib~~toolchains~coreutils_linux_amd64":
        ("bazel_lib", "lib/private:coreutils_toolchain.bzl", "coreutils_toolchain", "binary", "coreutils"),
    # No action of the image runs it.
    "bazel_lib~~toolchains~expand_template_linux_amd64":
        ("bazel_lib", "lib/private:expand_template_toolchain.bzl", "expand_template_toolchain", "bin", "false"),
    "bazel_lib~~toolchains~zstd_linux_amd64": ("bazel_lib", "lib/private:zstd_toolchain.bzl", "zstd_toolchain", "binary", "zstd"),
    "rules_oci~~oci~oci_regctl_linux_amd64": ("rules_oci", "oci:toolchain.bzl", "regctl_toolchain", "regctl", "regctl"),
    "tar.bzl~~toolchains~bsd_tar_toolchains_linux_amd64":
        ("tar.bzl", "tar/toolchain:toolchain.bzl", "tar_toolchain", "binary", "bsdtar"),
}

# The name of the target where it is not that of the rule.
TARGETS = {"tar_toolchain": "bsdtar_toolchain"}

# Repositories that Bazel loads when it chooses tools, and that are archives of the network: without content.
EMPTY = ["aspect_bazel_lib~~toolchains~bats_toolchains", "bazel_lib~~toolchains~bats_toolchains"]

MODULE_FILE = """module(name = "modules")

bazel_dep(name = "bazel_lib", version = "3.0.0")
bazel_dep(name = "bazel_skylib", version = "1.8.2")
bazel_dep(name = "rules_cc", version = "0.2.8")
bazel_dep(name = "rules_distroless", version = "0.9.3")
bazel_dep(name = "rules_oci", version = "2.3.2")

# The repositories of packages name it.
toolchains = use_extension("@bazel_lib//lib:extensions.bzl", "toolchains")
use_repo(toolchains, "zstd_toolchains")

packages = use_extension("//:packages.bzl", "packages")
"""

EXTENSION = """load("@rules_distroless//apt/private:deb_import.bzl", "deb_import")

def _packages(module_ctx):
    for name, url in {packages}.items():
        deb_import(name = "deb_" + name, package_name = name, target_name = name + "_and_dependencies", urls = [url])

packages = module_extension(_packages)
"""

BUILD = """load("@rules_distroless//apt/private:dpkg_statusd.bzl", "dpkg_statusd")
load("@rules_distroless//distroless:defs.bzl", "cacerts", "flatten", "group", "home", "os_release", "passwd")
load("@rules_oci//oci:defs.bzl", "oci_image")

# The layer of cacerts is in place of that of its package.
_PACKAGES = [name for name in {packages} if name != "ca-certificates"]

[dpkg_statusd(
    name = name + "_status",
    control = "@deb_%s//:control" % name,
    package_name = name,
) for name in _PACKAGES]

[flatten(
    name = name,
    compress = "gzip",
    tars = ["@deb_%s//:data" % name, name + "_status"],
) for name in _PACKAGES]

cacerts(name = "cacerts", package = "@deb_ca-certificates//:data")

group(name = "group", entries = [dict(name = "app", gid = 1000)])

home(name = "home", dirs = [dict(home = "/home/app", uid = 1000, gid = 1000)])

os_release(name = "os_release", content = {{"ID": "debian", "VERSION_ID": "12"}})

passwd(
    name = "passwd",
    entries = [dict(username = "app", uid = 1000, gid = 1000, home = "/home/app", shell = "/sbin/nologin")],
)

oci_image(
    name = "image",
    architecture = "amd64",
    entrypoint = ["/usr/bin/jq"],
    os = "linux",
    tars = _PACKAGES + ["cacerts", "group", "home", "os_release", "passwd"],
)
"""


def _program(name):
    found = shutil.which(name)
    if not found:
        sys.exit(f"error: cannot measure rules_oci: `{name}` is not on PATH\nhint: PATH=$(BAZELW_REFERENCE_TOOLS=benchmarks ./bazelw)/bin:$PATH")
    return found


def _tool_repository(directory, tool):
    """The repository of a tool, as the extensions of the modules write it."""
    module, file, rule, attribute, program = tool
    directory.mkdir(parents=True)
    (directory / "REPO.bazel").touch()
    os.symlink(_program(program), directory / program)
    (directory / "BUILD.bazel").write_text(
        f'load("@{module}//{file}", "{rule}")\n\nexports_files(["{program}"])\n\n'
        f'{rule}(name = "{TARGETS.get(rule, rule)}", {attribute} = "{program}", visibility = ["//visibility:public"])\n')


def _modules(root, checkouts):
    """Copies of the modules below `root`, and a module for gawk, which the rules need from a registry."""
    for name in MODULES:
        if not (checkouts / name / "MODULE.bazel").is_file():
            sys.exit(f"error: cannot measure rules_oci: no module in `{checkouts / name}`\nhint: check out {', '.join(MODULES)}, each in a "
                     "folder of that name")
        shutil.copytree(checkouts / name, root / name, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        module = root / name / "MODULE.bazel"
        module.write_text(module.read_text().replace(IN_RELEASES, "dev_dependency = True,"))
    importer = root / "rules_distroless/apt/private/deb_import.bzl"
    importer.write_text(importer.read_text().replace(*CC_IMPORT))
    gawk = root / "gawk"
    gawk.mkdir()
    (gawk / "MODULE.bazel").write_text('module(name = "gawk", version = "5.3.2.bcr.3")\n')
    (gawk / "BUILD.bazel").write_text('filegroup(name = "gawk", srcs = ["awk"], visibility = ["//visibility:public"])\n')
    os.symlink(shutil.which("gawk") or _program("awk"), gawk / "awk")


def workspace(root, checkouts, debs, settings):
    """Makes the workspace `root`/modules, and returns its MODULE.bazel and those that it uses."""
    modules, tools, directory = root / "modules.sources", root / "modules.tools", root / "modules"
    _modules(modules, pathlib.Path(checkouts))
    for name, tool in TOOLS.items():
        _tool_repository(tools / name, tool)
    for name in EMPTY:
        (tools / name).mkdir()
        (tools / name / "REPO.bazel").touch()
        (tools / name / "BUILD.bazel").touch()
    packages = {deb.name.split("_")[0]: f"file://{deb}" for deb in sorted(debs)}
    directory.mkdir()
    names = "".join(f', "deb_{name}"' for name in packages)
    overrides = "".join(f'\nlocal_path_override(\n    module_name = "{name}",\n    path = "{modules / name}",\n)\n' for name in [*MODULES, "gawk"])
    (directory / "MODULE.bazel").write_text(f"{MODULE_FILE}use_repo(packages{names})\n{overrides}")
    (directory / "packages.bzl").write_text(EXTENSION.format(packages=packages))
    (directory / "BUILD.bazel").write_text(BUILD.format(packages=list(packages)))
    (directory / ".bazelrc").write_text(
        f"common --lockfile_mode=off {settings}\n" + "".join(f"common --override_repository={name}={tools / name}\n" for name in [*TOOLS, *EMPTY]))
    return [directory / "MODULE.bazel", *(modules / name / "MODULE.bazel" for name in MODULES)]
