"""Evidence about images: SBOMs, provenance, differences, known issues (VEX), and the chain from signatures to an image."""

load("//rules/private/evidence:image_chain_test.bzl", _image_chain_test = "image_chain_test")
load("//rules/private/evidence:image_diff.bzl", _image_diff = "image_diff")
load("//rules/private/evidence:image_diff_test.bzl", _image_diff_test = "image_diff_test")
load("//rules/private/evidence:image_provenance.bzl", _image_provenance = "image_provenance")
load("//rules/private/evidence:image_sbom.bzl", _image_sbom = "image_sbom")
load("//rules/private/evidence:image_vex.bzl", _image_vex = "image_vex")
load("//rules/private/evidence:image_vex_explain.bzl", _image_vex_explain = "image_vex_explain")
load("//rules/private/evidence:image_vex_test.bzl", _image_vex_test = "image_vex_test")

image_chain_test = _image_chain_test
image_diff = _image_diff
image_diff_test = _image_diff_test
image_provenance = _image_provenance
image_sbom = _image_sbom
image_vex = _image_vex
image_vex_explain = _image_vex_explain
image_vex_test = _image_vex_test
