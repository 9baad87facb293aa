"""Analysis tests of wrong uses of oci_artifact. Each test pins the message."""

load("//rules:image.bzl", "oci_artifact")
load(":fails.bzl", "fails_case")

def artifact_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    tests = [
        fails_case(
            oci_artifact,
            "artifact_without_type",
            "cannot build `@@//rules/tests:artifact_without_type_subject`: its type is unknown: set `artifact_type`, `config` or `wasm`",
            files = {"fails.bzl": "text/plain"},
        ),
        fails_case(
            oci_artifact,
            "artifact_without_files",
            "files: an artifact needs at least one file",
            artifact_type = "application/vnd.example",
            files = {},
        ),
        fails_case(
            oci_artifact,
            "artifact_media_type",
            "files: `wasm` is not a media type, such as `application/wasm`",
            files = {"fails.bzl": "wasm"},
            wasm = "wasip1",
        ),
        fails_case(
            oci_artifact,
            "artifact_config_without_type",
            "`config` and `config_media_type` must be set together",
            config = "fails.bzl",
            files = {"fails.bzl": "text/plain"},
        ),
        fails_case(
            oci_artifact,
            "artifact_two_configs",
            "`wasm` and `config` cannot be set together, because `wasm` writes the configuration",
            config = "fails.bzl",
            config_media_type = "application/json",
            files = {"fails.bzl": "application/wasm"},
            wasm = "wasip1",
        ),
    ]
    native.test_suite(name = name, tests = tests)
