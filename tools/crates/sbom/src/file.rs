use blob::Digest;

/// A regular file, or another name (hard link) of one. Symbolic links and directories have no content and are no part of
/// an SBOM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path, without a leading slash: `usr/lib/x86_64-linux-gnu/libc.so.6`.
    pub path: String,
    /// The SHA-256 of its content.
    pub sha256: Digest,
    /// The SHA-1 of its content. SPDX 2.3 requires it: a file without one is missing from this format.
    pub sha1: Option<[u8; 20]>,
}
