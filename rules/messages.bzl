"""What messages about names are made of."""

load("//rules/private:nearest.bzl", _nearest = "nearest")

nearest = _nearest
