//! Builds images from a definition and a lock, without Bazel and without a network.
//!
//! [`plan`] is a pure function: it lists the commands of the tools, with the same arguments as `rules/private/actions`
//! gives them, and the files that pass between them. [`run`] runs these commands in this process, on all processors,
//! and keeps each result in a cache. So the image has the same digest as that of a Bazel target with the same
//! attributes.

mod base;
mod inputs;
mod plan;
mod run;

pub use base::Base;
pub use inputs::Inputs;
pub use plan::{plan, Plan};
pub use run::{run, Built, Options};
