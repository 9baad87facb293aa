"""The toolchain of Rust tools that the rules run."""

load("//rules/private:toolchain.bzl", _distroless_toolchain = "distroless_toolchain")

distroless_toolchain = _distroless_toolchain
