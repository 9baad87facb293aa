//! Signed Debian archives made in memory, for tests. Uses none of our crates, so that a mistake there is not repeated
//! here: texts are rendered from structs, digests and sizes derived from texts, signatures made by keys of the test.
//!
//! Trouble is a panic.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod archive;
mod key;

pub use archive::{gzip, sha256, xz, Archive, Files, Stanza};
pub use key::{clear_sign, detached_sign, Hash, Key, KeyPlan, Kind, FOR_EVER, YEAR};
