"""Image tests, which need no daemon."""

load("//rules/private/test:image_closure_test.bzl", _image_closure_test = "image_closure_test")
load("//rules/private/test:image_group_test.bzl", _image_group_test = "image_group_test")
load("//rules/private/test:image_layers_test.bzl", _image_layers_test = "image_layers_test")
load("//rules/private/test:image_ownership_test.bzl", _image_ownership_test = "image_ownership_test")
load("//rules/private/test:image_reproducibility_test.bzl", _image_reproducibility_test = "image_reproducibility_test")
load("//rules/private/test:image_scanner_test.bzl", _image_scanner_test = "image_scanner_test")
load("//rules/private/test:image_test.bzl", _image_test = "image_test")
load("//rules/private/test:image_variant_test.bzl", _image_variant_test = "image_variant_test")

image_closure_test = _image_closure_test
image_group_test = _image_group_test
image_layers_test = _image_layers_test
image_ownership_test = _image_ownership_test
image_reproducibility_test = _image_reproducibility_test
image_scanner_test = _image_scanner_test
image_test = _image_test
image_variant_test = _image_variant_test
