//! Signed Debian repositories in memory, for tests. This crate uses none of our crates, so that it does not repeat
//! their mistakes: texts are rendered from structs, digests and sizes are computed from texts, and signatures are made
//! with test keys.
//!
//! Functions panic on errors.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod archive;
mod key;

pub use archive::{gzip, sha256, xz, Archive, Files, Stanza};
pub use key::{clear_sign, detached_sign, Hash, Key, KeyPlan, Kind, FOR_EVER, YEAR};
