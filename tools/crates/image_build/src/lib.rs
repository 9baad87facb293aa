//! Builds images from a definition and a lock, without Bazel: it gives the tools of the rules the same arguments as the rules do.
