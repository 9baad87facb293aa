//! The provenance of images: [SLSA provenance v1](https://slsa.dev/spec/v1.1/provenance) in an
//! [in-toto statement v1](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md).
//!
//! A [`Statement`] names the image by its digest, the target and the settings that it was built with, and all files
//! that the build used: locks, signed Releases, packages, runtimes, base images and tools. It has no time and no name
//! of a machine: the same build gives the same bytes. [`rebuild`] turns it into commands that make the image again.
//!
//! `docs/reference/formats/provenance.md` describes the format. This crate reads no file and has no clock.

mod of_contents;
mod predicate;
mod read;
mod rebuild;
mod resource;
mod statement;
mod tools_lock;

pub use of_contents::Build;
pub use predicate::{Module, Parameters, Predicate, BUILD_TYPE, UNSTATED_BUILDER};
pub use read::MAX_STATEMENT;
pub use rebuild::rebuild;
pub use resource::{Resource, ResourceKind};
pub use statement::{Statement, Subject, PREDICATE_TYPE};
pub use tools_lock::ToolsLock;
