"""Publishing: who publishes images."""

load("//rules/private/push:publisher.bzl", _publisher = "publisher")

publisher = _publisher
