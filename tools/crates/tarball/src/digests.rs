use blob::Digest;

/// The digests of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) sha256: Digest,
    /// SPDX 2.3 requires it for each file (section 8.4). No check relies on it.
    pub(crate) sha1: [u8; 20],
}
