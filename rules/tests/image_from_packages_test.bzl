"""Tests of the messages of image_from_packages for wrong arguments."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/image:image_from_packages.bzl", "arguments_problem")

def _problems_impl(ctx):
    env = unittest.begin(ctx)
    for expected, packages, users in [
        (None, ["libc6"], {"app": "1000"}),
        ("packages: an image needs at least one", [], {}),
        ("packages: `libc6` occurs twice", ["libc6", "jq", "libc6"], {}),
        ("users: expected the number of `app`, found `app`", ["libc6"], {"app": "app"}),
        ("users: `app` has the number 0, which `root` has too", ["libc6"], {"app": "0"}),
        ("users: `two` has the number 7, which `one` has too", ["libc6"], {"one": "7", "two": "7"}),
        ("users: `nobody` already exists, with the number 65534", ["libc6"], {"nobody": "1000"}),
        ("packages: expected a list of names, found `libc6`", "libc6", {}),
        ("packages: expected the name of a package, found `6`", [6], {}),
        ("packages: expected the name of a package, found `(\"a\", \"b\")`", [("a", "b")], {}),
        ("users: expected a dictionary such as `{\"app\": \"1000\"}`, found `(1, 2)`", ["libc6"], (1, 2)),
        ("users: expected a dictionary such as `{\"app\": \"1000\"}`, found `[\"app\"]`", ["libc6"], ["app"]),
        ("users: expected the number of `app` as a string, \"1000\"", ["libc6"], {"app": 1000}),
        ("users: expected the number of `app`, found `None`", ["libc6"], {"app": None}),
        ("users: `1` is not a valid name", ["libc6"], {1: "1000"}),
        ("users: `a:b` is not a valid name", ["libc6"], {"a:b": "1000"}),
    ]:
        asserts.equals(env, expected, arguments_problem("@packages", packages, users))
    for hub in ["packages", "", None, 1]:
        asserts.equals(env, "hub: expected a repository such as `@packages`, found `%s`" % hub, arguments_problem(hub, ["libc6"], {}))
    return unittest.end(env)

problems_test = unittest.make(_problems_impl)

def image_from_packages_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    unittest.suite(name, problems_test)
