"""The targets of distroless that a workspace needs which depends on this module only."""

load("@distroless//rules:image.bzl", _image = "image")
load("@distroless//rules:layer.bzl", _layer = "layer")
load("@distroless//rules:test.bzl", _image_test = "image_test")

image = _image
image_test = _image_test
layer = _layer
