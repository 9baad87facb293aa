//! Limits on everything that a contents file may expand to.

/// The largest contents file, in bytes. That of a Java image has about 2 MB; that of an index has all its images.
pub const MAX_BYTES: usize = 256 << 20;
