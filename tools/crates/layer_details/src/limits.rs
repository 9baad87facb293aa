//! Limits on everything that the details of a layer may expand to.

/// The largest file with details, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
