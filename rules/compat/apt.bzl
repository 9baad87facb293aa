"""A replacement for `@rules_distroless//apt:defs.bzl` of 0.8 and 0.9, with the same names and attributes."""

load("//rules/private/compat:dpkg_statusd.bzl", "compat_dpkg_statusd")
load("//rules/private/deb:dpkg_status.bzl", _dpkg_status = "dpkg_status")

dpkg_status = _dpkg_status
dpkg_statusd = compat_dpkg_statusd
