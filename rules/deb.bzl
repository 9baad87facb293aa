"""Debian packages as layers."""

load("//rules/private:deb_layer.bzl", _deb_layer = "deb_layer")

deb_layer = _deb_layer
