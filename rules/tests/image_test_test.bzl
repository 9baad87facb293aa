"""Tests of wrong uses of the rules for image tests. The findings of these tests are tested in tools/image_test."""

load("//rules:image.bzl", "image")
load("//rules:test.bzl", "image_group_test", "image_reproducibility_test", "image_scanner_test", "image_test", "image_variant_test")
load(":fails.bzl", "fails_case")

def image_test_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    image(
        name = "tested",
        architecture = "amd64",
        tags = ["manual"],
    )
    native.filegroup(
        name = "two_files",
        srcs = ["BUILD.bazel", "fails.bzl"],
        tags = ["manual"],
    )
    tests = [
        fails_case(
            image_test,
            "nothing_to_test",
            "cannot test `@@//rules/tests:nothing_to_test_subject`: it tests nothing; set `configs`, `checks` or `relation`",
            image = ":tested",
        ),
        fails_case(
            image_test,
            "unknown_check",
            "checks: unknown check `layer`; expected one of `all`, `closure`, `layers`, `links`, `modes`, `ownership`, `programs`, `secrets`, `user`",
            checks = ["layer"],
            image = ":tested",
        ),
        fails_case(
            image_test,
            "two_files_for_one",
            "cannot test `@@//rules/tests:two_files`: image: it provides 2 files; expected one layout directory or archive",
            checks = ["layers"],
            image = ":two_files",
        ),
        fails_case(
            image_test,
            "against_without_relation",
            "cannot test `@@//rules/tests:against_without_relation_subject`: set both `against` and `relation`, or neither",
            against = ":tested",
            checks = ["layers"],
            image = ":tested",
        ),
        fails_case(
            image_group_test,
            "empty_group",
            "cannot test `@@//rules/tests:empty_group_subject`: tests: the list is empty",
            tests = [],
        ),
        fails_case(
            image_variant_test,
            "no_relation",
            "cannot test `@@//rules/tests:no_relation_subject`: relation: the attribute is required",
            against = ":tested",
            image = ":tested",
        ),
        fails_case(
            image_scanner_test,
            "no_scanner",
            "cannot test `@@//rules/tests:no_scanner_subject`: set either `scanner` (a program) or `scanned` (its SBOM)",
            image = ":tested",
        ),
        fails_case(
            image_reproducibility_test,
            "two_files_rebuilt",
            "cannot test `@@//rules/tests:two_files`: image: it provides 2 files",
            image = ":two_files",
        ),
    ]
    native.test_suite(name = name, tests = tests)
