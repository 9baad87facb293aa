//! `distroless`: locks, builds, tests, compares and publishes images without Bazel.

fn main() {}
