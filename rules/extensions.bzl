"""The module extensions `debian`, `runtimes` and `tools`.

`debian` (packages) and `runtimes` (upstream release archives) create repositories from locks. `tools` provides the
programs that the rules run.
"""

load("//rules/private/extensions:debian.bzl", _debian = "debian")
load("//rules/private/extensions:runtimes.bzl", _runtimes = "runtimes")
load("//rules/private/extensions:tools.bzl", _tools = "tools")

debian = _debian
runtimes = _runtimes
tools = _tools
