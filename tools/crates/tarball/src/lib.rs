//! Tar archives: a safe reader of anyone's, and a writer of one canonical form.
//!
//! Design goals:
//!
//! - *Hostile input is an error.* [`Reader`] never panics, never allocates by a size that a header only claims, and knows
//!   no type but file, folder, symbolic and hard link. Names are [`EntryPath`]s: relative, without `..`.
//! - *One form.* Equal entries give equal bytes ([`Writer`]; `docs/decisions/0002-tar-format.md`), and the archive obeys
//!   the rules of a layer: parents first, no path twice, no path below anything but a folder.
//! - *Bytes depend on bytes.* [`Compressor`] gives the same output for every number of threads and for every way in which
//!   the input was cut into writes (`docs/decisions/0001-gzip-encoder.md`).
//! - *Bounded memory*, whatever the size of an archive.

mod codec;
mod compressor;
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
pub use entry::{Entry, Kind};
pub use listing::{read_listing, Listed};
pub use mtree::{escape_name, shown_name};
pub use path::EntryPath;
pub use raw::RawEntry;
pub use reader::{Ending, Reader};
pub use sink::Sink;
pub use tree::MAX_ENTRIES;
pub use writer::{Finished, Writer};

/// Tar's unit: headers are one block, contents are padded to a whole number of them.
pub(crate) const BLOCK: usize = 512;

/// A name or link target longer than this cannot exist on Linux (`PATH_MAX`).
pub(crate) const MAX_NAME: usize = 4096;
