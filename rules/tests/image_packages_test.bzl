"""Tests of image_packages: names of packages, and the list of an image without packages."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:deb.bzl", "image_packages")
load("//rules:image.bzl", "image")
load("//rules/private/deb:image_packages.bzl", "locked_package")

def _names_test_impl(ctx):
    env = unittest.begin(ctx)
    for repository, package in {
        "": None,
        "+deb_packages_amd64+debian12_libstdc-p--p-6_amd64": ("debian12", "libstdc++6"),
        "+deb_packages_all+my_hub_netbase_all": ("my_hub", "netbase"),
        "distroless+": None,
        "_main~deb_packages_all~distroless_debian12_netbase_all": ("distroless_debian12", "netbase"),
        "distroless++deb_packages_all+debian12_netbase_all": ("debian12", "netbase"),
        "rules_rust": None,
    }.items():
        asserts.equals(env, package, locked_package(repository))
    return unittest.end(env)

names_test = unittest.make(_names_test_impl)

def _list_test_impl(ctx):
    env = analysistest.begin(ctx)
    [action] = [action for action in analysistest.target_actions(env) if action.content]
    asserts.equals(env, {"images": [{"name": "//rules/tests:listed_image", "packages": {}, "tags": []}], "version": 1}, json.decode(action.content))
    return analysistest.end(env)

list_test = analysistest.make(_list_test_impl)

def image_packages_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    image(
        name = "listed_image",
        layers = [],
        tags = ["manual"],
    )
    image_packages(
        name = "listed",
        images = [":listed_image"],
        tags = ["manual"],
    )
    unittest.suite(name + "_names", partial.make(names_test, size = "small"))
    list_test(
        name = name + "_list",
        size = "small",
        target_under_test = ":listed",
    )
    native.test_suite(
        name = name,
        tests = [name + "_list", name + "_names"],
    )
