//! Debian binary packages (deb(5)), control data (Policy chapter 5) and version order (Policy 5.6.12).
//!
//! Design goals:
//!
//! - *One pass.* [`Package`] reads a `.deb` from start to end, first the control files, then the entries of `data.tar`
//!   one by one. Neither the package nor one of its files is kept in memory.
//! - *No guessing.* Truncated, damaged, duplicate or missing data is an error. Bytes after the end of a stream or an
//!   archive, which dpkg does not read, are ignored.
//! - *Compatible with dpkg*: members may be uncompressed or compressed with gzip, xz, zstd, bzip2 or lzma. Memory for
//!   decompression is limited.

mod ar;
mod changelog;
mod decompress;
mod guarded;
mod limited;
mod md5sums;
mod merged_usr;
mod names;
mod owners;
mod package;
mod paragraph;
mod permit;
mod source;
mod streams;
mod version;
mod xz;

pub use changelog::{ChangelogEntry, ChangelogRange};
pub use decompress::{decompressed, is_plain};
pub use guarded::Guarded;
pub use limited::{Budget, Limited};
pub use md5sums::{md5sums, rewrite as rewrite_md5sums, Md5sum};
pub use merged_usr::{merge_entry, merge_path};
pub use names::{Architecture, PackageName};
pub use package::{control_archive, read_control_archive, Control, ControlFile, Package};
pub use paragraph::{
    control_text, index_paragraphs, paragraphs, Paragraph, Paragraphs, MAX_FIELDS,
};
pub use source::source_of;
pub use version::Version;
