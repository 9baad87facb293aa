"""The module extension that turns locks of Debian packages into repositories."""

load("//rules/private/extensions:debian.bzl", _debian = "debian")

debian = _debian
