//! Limits on everything that a document may expand to.

/// The largest document, in bytes. The tracker's has about 60 MB.
pub const MAX_SNAPSHOT: u64 = 256 << 20;

/// The largest compact form, in bytes.
pub const MAX_COMPACT: usize = 64 << 20;

/// Source packages of a document. The tracker lists about 4,000.
pub(crate) const MAX_SOURCES: usize = 100_000;

/// Issues of a source package. The Linux kernel has about 12,000.
pub(crate) const MAX_ISSUES: usize = 100_000;

/// Issues of all selected source packages.
pub(crate) const MAX_ALL_ISSUES: usize = 500_000;

/// Releases of an issue, and repositories of a release.
pub(crate) const MAX_RELEASES: usize = 64;

/// A text of a selected source package, in bytes.
pub(crate) const MAX_TEXT: usize = 64 << 10;

/// The characters of a description that a snapshot keeps.
pub(crate) const MAX_DESCRIPTION: usize = 300;
