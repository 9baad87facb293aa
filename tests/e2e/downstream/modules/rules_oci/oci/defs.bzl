"""The rules of rules_oci that examples/rules_oci uses."""

load("@distroless//tests/conformance/rules_oci:defs.bzl", _oci_image = "oci_image", _oci_image_index = "oci_image_index", _oci_load = "oci_load", _oci_push = "oci_push")

oci_image = _oci_image
oci_image_index = _oci_image_index
oci_load = _oci_load
oci_push = _oci_push
