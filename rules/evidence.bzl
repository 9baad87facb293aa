"""Evidence about images: SBOMs."""

load("//rules/private/evidence:image_sbom.bzl", _image_sbom = "image_sbom")

image_sbom = _image_sbom
