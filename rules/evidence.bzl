"""Evidence about images: SBOMs, provenance, and the chain from signatures to an image."""

load("//rules/private/evidence:image_chain_test.bzl", _image_chain_test = "image_chain_test")
load("//rules/private/evidence:image_provenance.bzl", _image_provenance = "image_provenance")
load("//rules/private/evidence:image_sbom.bzl", _image_sbom = "image_sbom")

image_chain_test = _image_chain_test
image_provenance = _image_provenance
image_sbom = _image_sbom
