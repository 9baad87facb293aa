//! A cache of downloads, by SHA-256. Content is verified again when it is read, so the cache need not be trusted,
//! except for `results`: who can write there can hide an update, and change the list of packages that `resolve` prints.
//! No lock is made of such results.
//!
//! | directory | content | file name |
//! | --- | --- | --- |
//! | `sha256` | downloaded files | their SHA-256 |
//! | `partial` | the beginnings of incomplete files | the SHA-256 of the complete file |
//! | `derived` | content derived from files, compressed by LZ4 in blocks | its SHA-256 before compression |
//! | `latest` | the last response of a URL whose content is not known in advance | the SHA-256 of the URL |
//! | `results` | results of work, after their SHA-256 | the SHA-256 of what they depend on |
//!
//! [`Cache::check`] rejects a directory that every user can write to, and a symbolic link in place of one of these
//! directories. Files are opened without following links, and only if they have no second hard link.
//!
//! Files are written under a temporary name and then renamed, so several processes may share a cache. Each use updates
//! a file's modification time, which [`Cache::clean`] reads.

mod check;
mod clean;
mod derived;
mod files;
mod partial;
mod store;

pub use clean::Cleaned;
pub use derived::{Blocks, DerivedWriter};
pub(crate) use partial::Partial;
pub use store::Cache;
