"""The architectures that images are made for, in OCI's and in Debian's spelling."""

load("//rules/private:architectures.bzl", _architectures = "architectures")

architectures = _architectures
