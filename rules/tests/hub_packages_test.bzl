"""Tests of the labels of packages by name, of a package with all its dependencies, and of the hubs of a directory."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:closure.bzl", "closure")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:hub_packages.bzl", "names_problem", "package_labels", "package_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:hubs_repository.bzl", "distros_of")

def _package(*depends):
    return {"amd64": {"depends": list(depends)}}

# libc6 and libgcc-s1 depend on each other, as in Debian.
_PACKAGES = {
    "app": _package("libssl3", "libc6", "gone"),
    "libc6": _package("libgcc-s1"),
    "libgcc-s1": _package("libc6"),
    "libssl3": _package("libc6"),
    "other": {"arm64": {"depends": []}},
    "uses-other": _package("other"),
}

def _closure_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["libssl3", "libc6", "libgcc-s1", "app"], closure(_PACKAGES, "app", "amd64"))
    asserts.equals(env, ["libgcc-s1", "libc6"], closure(_PACKAGES, "libc6", "amd64"))
    asserts.equals(env, ["uses-other"], closure(_PACKAGES, "uses-other", "amd64"))
    asserts.equals(env, ["other"], closure(_PACKAGES, "other", "arm64"))
    chain = {str(number): _package(str(number + 1)) for number in range(300)}
    asserts.equals(env, 300, len(closure(chain, "0", "amd64")))
    return unittest.end(env)

closure_test = unittest.make(_closure_test_impl)

def _distros_test_impl(ctx):
    env = unittest.begin(ctx)
    found = distros_of("@@//d:BUILD.bazel", ["b.yaml", "a_1.2-C.yaml", ".yaml", ".#b.yaml", ".b.yaml", "b.lock.json", "README.md"])
    asserts.equals(env, ({"a_1.2-C": "a_1.2-C.yaml", "b": "b.yaml"}, None), (found.distros, found.problem))
    for file in ["my distro.yaml", "a+b.yaml", "é.yaml"]:
        asserts.equals(
            env,
            "cannot install manifest `%s` next to `@@//d:BUILD.bazel`: the name of a repository cannot have all its characters\nhint: rename it; letters, digits, `-`, `_` and `.` are possible" % file,
            distros_of("@@//d:BUILD.bazel", ["b.yaml", file]).problem,
        )
    return unittest.end(env)

distros_test = unittest.make(_distros_test_impl)

def _problem_test_impl(ctx):
    env = unittest.begin(ctx)
    lock = "lock it: `bazel run @hub//:lock`"
    for (package, architecture, target), message in {
        ("libssl1.1", "", "data"): "it is not in the lock; similar names: `libssl3`\nhint: add it to the manifest and " + lock,
        ("zsh", "", "data"): "it is not in the lock\nhint: add it to the manifest and " + lock,
        ("libc6", "mips", "data"): "the lock has it for `amd64`, not for `mips`\nhint: add the architecture to `archs` of the manifest and " + lock,
        ("libc6", "", "layer"): "unknown target `layer`; expected one of `control`, `data`, `deb`",
    }.items():
        asserts.equals(
            env,
            "cannot use package `%s` of `@hub`: %s" % (package, message),
            package_problem("hub", _PACKAGES, package, architecture, target),
        )
    asserts.equals(env, None, package_problem("hub", _PACKAGES, "libc6", "amd64", ""))
    for names, message in [
        ("libc6", "a list of names, found `libc6`"),
        (None, "a list of names, found `None`"),
        (["libc6", 1], "the name of a package, found `1`"),
        ([("a", "b")], "the name of a package, found `(\"a\", \"b\")`"),
    ]:
        asserts.equals(env, "cannot use packages of `@hub`: expected " + message, names_problem("hub", names))
    for names in [["libc6"], ("libc6",), {"libc6": "keys are names"}]:
        asserts.equals(env, None, names_problem("hub", names))
    return unittest.end(env)

problem_test = unittest.make(_problem_test_impl)

def _labels_test_impl(ctx):
    env = unittest.begin(ctx)
    root = Label("@bazel_skylib//:BUILD")
    for (architecture, target), ends in {
        ("", "data"): ["//app:data", "//libc6:data"],
        ("amd64", ""): ["//app/amd64:amd64", "//libc6/amd64:amd64"],
        ("amd64", "deb"): ["//app/amd64:deb", "//libc6/amd64:deb"],
    }.items():
        labels = package_labels("hub", root, _PACKAGES, ["app", "libc6"], architecture, target)
        asserts.equals(env, ends, ["//%s:%s" % (label.package, label.name) for label in labels])
        asserts.equals(env, root.repo_name, labels[0].repo_name)
    return unittest.end(env)

labels_test = unittest.make(_labels_test_impl)

def hub_packages_test_suite(name):
    """All tests of packages by their names."""
    unittest.suite(
        name,
        partial.make(closure_test, size = "small"),
        partial.make(distros_test, size = "small"),
        partial.make(problem_test, size = "small"),
        partial.make(labels_test, size = "small"),
    )
