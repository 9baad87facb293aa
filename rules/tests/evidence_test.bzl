"""Mistakes in the attributes of the rules that write SBOMs, provenance and differences."""

load("//rules:evidence.bzl", "image_diff", "image_provenance", "image_sbom")
load("//rules:layer.bzl", "layer")
load(":fails.bzl", "fails_case")

_IMAGE = "//static:debian12_amd64"

def evidence_test_suite(name):
    """Declares the tests.

    Args:
      name: the name of the suite.
    """
    layer(name = name + "_layer", files = {"evidence_test.bzl": "/a"}, tags = ["manual"])
    no_image = ":%s_layer" % name
    native.test_suite(name = name, tests = [
        fails_case(
            image_sbom,
            name + "_unknown_format",
            "formats: unknown format `spdx`; expected one of `cyclonedx-1.6`, `cyclonedx-1.7`, `spdx-2.3`, `spdx-3.0.1`",
            formats = ["spdx"],
            image = _IMAGE,
        ),
        fails_case(
            image_sbom,
            name + "_no_format",
            "formats: expected at least one format, each once",
            formats = [],
            image = _IMAGE,
        ),
        fails_case(
            image_diff,
            name + "_format_twice",
            "formats: expected at least one format, each once",
            formats = ["text", "text"],
            new = _IMAGE,
            old = _IMAGE,
        ),
        fails_case(
            image_diff,
            name + "_unknown_format_of_difference",
            "formats: unknown format `pdf`; expected one of `html`, `json`, `markdown`, `text`",
            formats = ["pdf"],
            new = _IMAGE,
            old = _IMAGE,
        ),
        fails_case(image_sbom, name + "_sbom_of_a_layer", "is a layer, not an image or an index", image = no_image),
        fails_case(image_provenance, name + "_provenance_of_a_layer", "is a layer, not an image or an index", image = no_image),
    ])
