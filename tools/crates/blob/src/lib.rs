//! Blobs: bytes with a digest and a size, the errors that tell of them, and files that appear whole or not at all.
//!
//! The lowest crate of the workspace: everything else may use it, it uses nothing of ours.

mod atomic;
pub mod beside;
mod digest;
mod error;
mod files;
mod hashing;
mod spool;

pub use atomic::{AtomicFile, Outputs};
pub use digest::{Blob, Digest};
pub use error::{Error, Result, ResultExt};
pub use files::{open_regular, read_regular};
pub use hashing::{HashingReader, HashingWriter};
pub use spool::{Kept, Spool, Spooled};
