"""The default mode of files in rules_distroless, which changed in 0.9.0."""

# https://github.com/bazel-contrib/rules_distroless: distroless/private/{cacerts,java_keystore,os_release}.bzl of v0.8.0 and v0.9.0.
MODES = struct(
    v0_8 = "0555",
    v0_9 = "0644",
)
