"""Images, image indexes for several platforms, and OCI artifacts."""

load("//rules/private/image:image.bzl", _image = "image")
load("//rules/private/image:image_for_platform.bzl", _image_for_platform = "image_for_platform")
load("//rules/private/image:image_from_packages.bzl", _image_from_packages = "image_from_packages")
load("//rules/private/image:image_index.bzl", _image_index = "image_index")
load("//rules/private/image:oci_artifact.bzl", _oci_artifact = "oci_artifact")
load("//rules/private/image:unavailable_image.bzl", _unavailable_image = "unavailable_image")

image = _image
image_for_platform = _image_for_platform
image_from_packages = _image_from_packages
image_index = _image_index
oci_artifact = _oci_artifact
unavailable_image = _unavailable_image
