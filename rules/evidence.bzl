"""Evidence about images: SBOMs, and differences."""

load("//rules/private/evidence:image_diff.bzl", _image_diff = "image_diff")
load("//rules/private/evidence:image_diff_test.bzl", _image_diff_test = "image_diff_test")
load("//rules/private/evidence:image_sbom.bzl", _image_sbom = "image_sbom")

image_diff = _image_diff
image_diff_test = _image_diff_test
image_sbom = _image_sbom
