//! Real programs that `./bazelw test` has brought: Docker and containerd run images that were loaded, and cosign accepts the
//! signatures of copies.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

#[path = "reference_tools/engines.rs"]
mod engines;
#[path = "store/images.rs"]
mod images;
#[path = "reference_tools/programs.rs"]
mod programs;
#[path = "reference_tools/signatures.rs"]
mod signatures;
#[path = "store/world.rs"]
mod world;
