"""The architectures that images are built for, with their OCI and Debian names."""

load("//rules/private:architectures.bzl", _architectures = "architectures")

architectures = _architectures
