"""Tests of the rules for users of rules_distroless: content lists and messages."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules/compat:distroless.bzl", "cacerts", "java_keystore", "locale")
load("//rules/tests:fails.bzl", "fails_case")

def mtree_test(name, layer, expected):
    """Tests that a layer has the expected content list.

    Args:
      name: the test's name.
      layer: a target that makes a layer.
      expected: the file with the expected list.
    """
    native.filegroup(
        name = name + "_list",
        srcs = [layer],
        output_group = "mtree",
    )
    diff_test(
        name = name,
        size = "small",
        file1 = expected,
        file2 = name + "_list",
    )

def content_test(name, file, expected):
    """Tests that a macro declares a target for the file of its layer.

    Args:
      name: the test's name.
      file: the target.
      expected: the expected content.
    """
    diff_test(
        name = name,
        size = "small",
        file1 = expected,
        file2 = file,
    )

def compat_failure_test_suite(name):
    """Tests of wrong uses that a rule reports. The step `migration_from_0_8` of `.ci/run` tests the messages of macros.

    Args:
      name: the name of the suite.
    """
    native.test_suite(
        name = name,
        tests = [
            fails_case(
                cacerts,
                "cacerts_of_a_tar",
                "package: `@@//rules/tests/compat:testdata/control.tar` is not a Debian package; found `control.tar`\nhint: use `@HUB//PACKAGE:data` of a debian.install(), or a .deb file",
                package = "testdata/control.tar",
            ),
            fails_case(
                cacerts,
                "cacerts_of_a_time",
                "time: expected whole seconds since 1970, such as `0.0`, found `0.5`",
                package = "empty.deb",
                time = "0.5",
            ),
            fails_case(
                java_keystore,
                "java_keystore_mode",
                "mode: expected octal such as `0644`, found `rw`",
                certificates = ["testdata/control.tar"],
                mode = "rw",
            ),
            fails_case(
                locale,
                "locale_of_a_tar",
                "package: `@@//rules/tests/compat:testdata/control.tar` is not a Debian package",
                package = "testdata/control.tar",
            ),
        ],
    )
