//! cosign, where `./bazelw test` has brought it.
