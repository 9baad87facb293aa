"""Tests of the publisher that images state: none by default, that of the build setting, or that of `image`."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:image.bzl", "image")
load("//rules:providers.bzl", "ImageInfo")
load("//rules:push.bzl", "publisher")
load("//tests/conformance:conformance_test.bzl", "conformance_test")
load(":documents.bzl", "documents")

# Google's images are like ours, but no image of ours may send its users to Google.
_ABSENT = ["GoogleContainerTools", "gcr.io"]

# Documents that state a publisher are compared with `publisher_test_statements`, which proves that the test reads them.
def _documents_test(name, expected, images):
    documents(
        name = name + "_documents",
        testonly = True,
        images = images,
    )
    conformance_test(
        name = name,
        size = "small",
        args = ["publisher", "--expected=$(rootpath %s)" % expected] + ["--absent=" + text for text in _ABSENT] + ["$(rootpaths %s_documents)" % name],
        data = [expected, name + "_documents"],
    )

def _arguments(env):
    """The arguments of all actions of the target, without their options' names."""
    return [argument for action in analysistest.target_actions(env) for argument in action.argv or []]

def _image_impl(ctx):
    env = analysistest.begin(ctx)
    reference = analysistest.target_under_test(env)[ImageInfo].reference
    asserts.equals(env, "registry.example/team/base-nossl-debian12:nonroot", reference)
    arguments = _arguments(env)
    for expected in [
        "--annotation=org.opencontainers.image.documentation=https://docs.example/base-nossl-debian12",
        "--annotation=org.opencontainers.image.source=https://git.example/images",
        "--annotation=org.opencontainers.image.url=https://git.example/images",
        "--annotation=org.opencontainers.image.vendor=Example Ltd",
        "--base-name=registry.example/team/static-debian12:latest",
    ]:
        asserts.true(env, expected in arguments, "%s is not in %s" % (expected, arguments))
    return analysistest.end(env)

# A transition would compile the tools again if the test built the image; analysis builds nothing.
_SETTINGS = {str(Label("//common:publisher")): str(Label("//common/tests:publisher_test_example"))}

image_with_setting_test = analysistest.make(_image_impl, config_settings = _SETTINGS)

def _os_release_impl(ctx):
    env = analysistest.begin(ctx)
    arguments = [argument for action in analysistest.target_actions(env) for argument in action.argv or []]

    # An option has JSON, as a line of a parameter file.
    found = "\n".join(arguments).replace("\\\\", "\\")
    for expected in ["HOME_URL=\\\"https://git.example/images\\\"", "BUG_REPORT_URL=\\\"mailto:images@example.com\\\""]:
        asserts.true(env, expected in found, "%s is not in %s" % (expected, found))
    asserts.false(env, "SUPPORT_URL" in found, found)
    return analysistest.end(env)

os_release_with_setting_test = analysistest.make(_os_release_impl, config_settings = _SETTINGS)

def publisher_test_suite(name, families):
    """All tests of this file.

    Args:
      name: the name of the suite.
      families: an image of each family.
    """
    publisher(
        name = name + "_example",
        bug_report_url = "mailto:images@example.com",
        documentation = "https://docs.example/{name}",
        repository = "registry.example/team",
        source = "https://git.example/images",
        vendor = "Example Ltd",
        visibility = ["//visibility:public"],
    )
    image_with_setting_test(
        name = name + "_image",
        size = "small",
        target_under_test = "//base:nossl_debian12_nonroot_amd64",
    )
    os_release_with_setting_test(
        name = name + "_os_release",
        size = "small",
        target_under_test = "//common:os_release_debian12",
    )
    image(
        name = name + "_child_of_none",
        testonly = True,
        base = "//static:debian12_amd64",
    )
    image(
        name = name + "_base",
        testonly = True,
        base = "//static:debian12_amd64",
        is_base = True,
        publisher = ":%s_example" % name,
        reference = "base:1",
    )
    image(
        name = name + "_child",
        testonly = True,
        base = ":%s_base" % name,
    )
    _documents_test(
        name = name + "_none",
        expected = "no_publisher.json",
        images = families + ["//static:debian12", ":%s_child_of_none" % name],
    )
    _documents_test(
        name = name + "_statements",
        expected = "publisher.json",
        images = [":%s_base" % name, ":%s_child" % name],
    )
    native.test_suite(
        name = name,
        tests = [name + suffix for suffix in ["_image", "_none", "_os_release", "_statements"]],
    )
