"""The module extensions that turn locks into repositories: of Debian packages, and of archives of runtimes."""

load("//rules/private/extensions:debian.bzl", _debian = "debian")
load("//rules/private/extensions:runtimes.bzl", _runtimes = "runtimes")

debian = _debian
runtimes = _runtimes
