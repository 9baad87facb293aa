"""Publishing: commands that push and load images, base images that must be signed, and the publisher of images."""

load("//rules/private/push:image_load.bzl", _image_load = "image_load")
load("//rules/private/push:image_push.bzl", _image_push = "image_push")
load("//rules/private/push:publisher.bzl", _publisher = "publisher")
load("//rules/private/push:push_set.bzl", _push_set = "push_set")
load("//rules/private/push:signed_image.bzl", _signed_image = "signed_image")

image_load = _image_load
image_push = _image_push
publisher = _publisher
push_set = _push_set
signed_image = _signed_image
