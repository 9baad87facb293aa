//! Debian binary packages (deb(5)), control data (Policy chapter 5) and version order (Policy 5.6.12).
//!
//! Design goals:
//!
//! - *One pass.* [`Package`] reads a `.deb` from front to back, control files first, then the entries of `data.tar`
//!   one by one, and holds neither the package nor any file of it in memory.
//! - *All or an error.* What is truncated, damaged, doubled or missing is refused, never guessed. What dpkg does not look at,
//!   behind the end of a stream or an archive, is passed over.
//! - *What dpkg takes, we take*: members uncompressed or in gzip, xz, zstd, bzip2 and lzma. Memory for decompression is limited.

mod ar;
mod decompress;
mod guarded;
mod limited;
mod md5sums;
mod merged_usr;
mod names;
mod owners;
mod package;
mod paragraph;
mod streams;
mod version;
mod xz;

pub use decompress::decompressed;
pub use guarded::Guarded;
pub use limited::{Budget, Limited};
pub use md5sums::{md5sums, rewrite as rewrite_md5sums, Md5sum};
pub use merged_usr::{merge_entry, merge_path};
pub use names::{Architecture, PackageName};
pub use package::{control_archive, read_control_archive, Control, ControlFile, Package};
pub use paragraph::{
    control_text, index_paragraphs, paragraphs, Paragraph, Paragraphs, MAX_FIELDS,
};
pub use version::Version;
