"""Tests of the messages for wrong data: distros, architectures, packages."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//common:packages.bzl", "LOCKS")
load("//common:problems.bzl", "distro_problem", "lock_problem", "made_problem", "package_problem")
load("//common:variables.bzl", "DISTROS")
load("//rules:architectures.bzl", "architectures")
load("//rules:messages.bzl", "nearest")

_KNOWN = ["debian11", "debian12"]

_PACKAGES = {
    "libc6": {"amd64": {}, "armhf": {}},
    "libssl3": {"amd64": {}},
    "libssl3t64": {"amd64": {}},
    "netbase": {"amd64": {}},
}

def _distro_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, None, distro_problem("make images of", "debian12", _KNOWN))
    asserts.equals(
        env,
        "cannot make images of `debian14`: unknown distro; known distros: `debian11`, `debian12`\n" +
        "hint: to add a distro, add a row to DISTROS in common/variables.bzl (CONTRIBUTING.md, \"Add a distro\")",
        distro_problem("make images of", "debian14", _KNOWN),
    )
    return unittest.end(env)

distro_test = unittest.make(_distro_test_impl)

def _lock_test_impl(ctx):
    env = unittest.begin(ctx)
    locks = {"debian12": struct(packages = _PACKAGES), "debian13": struct(packages = {})}
    asserts.equals(env, None, lock_problem("debian12", locks))
    asserts.equals(
        env,
        "cannot find packages of `debian14`: there is no manifest debian_packages/debian14.yaml; distros with a manifest: `debian12`, `debian13`\n" +
        "hint: write the manifest and lock it (CONTRIBUTING.md, \"Add a distro\")",
        lock_problem("debian14", locks),
    )
    asserts.equals(
        env,
        "cannot find packages of `debian13`: there is no file debian_packages/debian13.lock.json\nhint: write it with `./bazelw run //debian_packages:lock`",
        lock_problem("debian13", locks),
    )
    for distro in DISTROS:
        asserts.equals(env, None, lock_problem(distro, LOCKS))
    return unittest.end(env)

lock_test = unittest.make(_lock_test_impl)

def _made_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, None, made_problem("debian12", ["arm64"], ["amd64", "arm64"]))
    for architecture, message in {
        "armhf": "cannot make images of `debian12`: made: architecture `armhf` is named `arm` in OCI images",
        "mips": "cannot make images of `debian12`: made: " + architectures.problem("mips"),
        "riscv64": "cannot make images of `debian12`: made: the distro is not built for `riscv64`; it is built for `amd64`, `arm64`\n" +
                   "hint: add it to `architectures` of the distro in common/variables.bzl (CONTRIBUTING.md, \"Add an architecture\")",
    }.items():
        asserts.equals(env, message, made_problem("debian12", ["amd64", architecture], ["amd64", "arm64"]))
    return unittest.end(env)

made_test = unittest.make(_made_test_impl)

def _package_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, None, package_problem("debian12", "libc6", "arm", _PACKAGES))
    for (package, architecture), message in {
        ("curl", "amd64"): "cannot use package `curl` of `debian12` for `amd64`: it is not in debian_packages/debian12.lock.json\n" +
                           "hint: add it to debian_packages/debian12.yaml and run `./bazelw run //debian_packages:lock`",
        ("libc6", "armhf"): "cannot use package `libc6` of `debian12` for `armhf`: architecture `armhf` is named `arm` in OCI images",
        ("libc6", "s390x"): "cannot use package `libc6` of `debian12` for `s390x`: debian_packages/debian12.lock.json has it for `amd64`, `arm` only\n" +
                            "hint: leave `s390x` out of the images that contain it, or add the architecture to debian_packages/debian12.yaml and run `./bazelw run //debian_packages:lock`",
        ("libssl1.1", "amd64"): "cannot use package `libssl1.1` of `debian12` for `amd64`: it is not in debian_packages/debian12.lock.json; " +
                                "similar names: `libssl3`, `libssl3t64`\n" +
                                "hint: add it to debian_packages/debian12.yaml and run `./bazelw run //debian_packages:lock`",
    }.items():
        asserts.equals(env, message, package_problem("debian12", package, architecture, _PACKAGES))
    return unittest.end(env)

package_test = unittest.make(_package_test_impl)

def _nearest_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["libssl3", "libssl3t64"], nearest("libssl1.1", _PACKAGES))
    asserts.equals(env, ["netbase"], nearest("netbase-extra", _PACKAGES))
    asserts.equals(env, [], nearest("zlib1g", _PACKAGES))
    return unittest.end(env)

nearest_test = unittest.make(_nearest_test_impl)

def problems_test_suite(name):
    """All tests of this file."""
    unittest.suite(
        name,
        partial.make(distro_test, size = "small"),
        partial.make(lock_test, size = "small"),
        partial.make(made_test, size = "small"),
        partial.make(nearest_test, size = "small"),
        partial.make(package_test, size = "small"),
    )
