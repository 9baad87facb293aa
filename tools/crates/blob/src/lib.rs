//! Blobs (bytes with a digest and a size), the project's error type, and output files that are either complete or do
//! not exist.
//!
//! This is the lowest crate of the workspace: any crate may use it, and it uses none of ours.

mod atomic;
pub mod cached;
mod digest;
mod directories;
mod error;
mod files;
mod hashing;
mod spool;
pub mod temporary;

pub use atomic::{AtomicFile, Outputs, DIGEST_ATTRIBUTE};
pub use digest::{bytes_of_hex, Blob, Digest};
pub use directories::replace_directory;
pub use error::{Error, Result, ResultExt};
pub use files::{blob_of_regular, open_regular, read_regular, read_text};
pub use hashing::{HashingReader, HashingWriter};
pub use spool::{Spool, SpoolReader, Spooled};
