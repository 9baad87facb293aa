//! Limits on input.

/// The largest description of images, in bytes. That of all our images has about 150 kB.
pub const MAX_DESCRIPTION: usize = 16 << 20;

/// The largest history, in bytes. A record of all our images has about 60 kB.
pub const MAX_HISTORY: usize = 256 << 20;
