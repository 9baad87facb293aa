"""The toolchain with the Rust tools that the rules run."""

load(
    "//rules/private:toolchain.bzl",
    _TOOLCHAIN_TYPE = "TOOLCHAIN_TYPE",
    _distroless_toolchain = "distroless_toolchain",
    _toolchain_rule = "toolchain_rule",
)

TOOLCHAIN_TYPE = _TOOLCHAIN_TYPE
distroless_toolchain = _distroless_toolchain
toolchain_rule = _toolchain_rule
