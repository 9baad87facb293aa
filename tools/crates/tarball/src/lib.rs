//! Tar archives: a safe reader for any archive, and a writer of one canonical form.
//!
//! Design goals:
//!
//! - *Hostile input is an error.* [`Reader`] never panics, never allocates memory only because a header claims a size,
//!   and accepts only files, directories, symbolic and hard links. Names are [`EntryPath`]s: relative, without `..`.
//! - *One form.* Equal entries give equal bytes ([`Writer`]; `docs/decisions/0002-tar-format.md`), and the archive
//!   obeys the rules of a layer: parents first, no duplicate paths, only directories have entries below them.
//! - *Reproducible compression.* The output of [`Compressor`] does not depend on the number of threads or the sizes of
//!   writes (`docs/decisions/0001-gzip-encoder.md`).
//! - *Bounded memory* for archives of any size.

mod codec;
mod compressor;
mod digests;
mod entry;
mod header;
mod listing;
mod mtree;
mod number;
mod path;
mod pax;
mod raw;
mod reader;
mod seekable;
mod sink;
mod sparse;
mod tree;
mod writer;

pub use codec::Compression;
pub use compressor::{Compressed, Compressor};
pub use digests::Digests;
pub use entry::{Entry, Kind};
pub use listing::{read_listing, Listed};
pub use mtree::{escape_name, shown_name, unescape_name};
pub use path::EntryPath;
pub use raw::RawEntry;
pub use reader::{Ending, Reader};
pub use sink::Sink;
pub use tree::MAX_ENTRIES;
pub use writer::{Finished, Writer};

/// The block size of tar: a header is one block, and contents are padded to whole blocks.
pub(crate) const BLOCK: usize = 512;

/// The maximum length of a name or link target on Linux (`PATH_MAX`).
pub(crate) const MAX_NAME: usize = 4096;
