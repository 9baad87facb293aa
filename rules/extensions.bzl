"""The module extensions: `debian` (packages) and `runtimes` (release archives) turn locks into repositories, `tools` brings the programs."""

load("//rules/private/extensions:debian.bzl", _debian = "debian")
load("//rules/private/extensions:runtimes.bzl", _runtimes = "runtimes")
load("//rules/private/extensions:tools.bzl", _tools = "tools")

debian = _debian
runtimes = _runtimes
tools = _tools
