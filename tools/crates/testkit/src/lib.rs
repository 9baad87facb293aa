//! Helpers for tests. This crate uses none of our crates, so that it does not repeat their mistakes.
//!
//! Test data is made in memory: [`Item`]s become a tar archive, [`Deb`] becomes a package, with external writers.
//! Functions panic on errors.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod compress;
mod deb;
mod elf;
mod layer_tool;
mod library;
mod noise;
mod reader;
mod reference_tool;
mod run;
mod symbols;
mod tree;

pub use compress::{compress, xz_blocks};
pub use deb::{ar, Deb};
pub use elf::{elf, Machine};
pub use layer_tool::LayerTool;
pub use library::Library;
pub use noise::Noise;
pub use reader::{Choppy, Failing};
pub use reference_tool::reference_tool;
pub use run::{run, run_in, Outcome, Workspace};
pub use tree::{tar, tar_of, Item};
