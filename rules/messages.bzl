"""Helpers for error messages about names."""

load("//rules/private:nearest.bzl", _nearest = "nearest")

nearest = _nearest
