use blob::Digest;

/// The SHA-256 of each file that the text of a Release and its signatures were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The SHA-256 of `InRelease`.
    InRelease(Digest),
    /// The SHA-256 of two files.
    Detached {
        /// `Release`
        release: Digest,
        /// `Release.gpg`
        signature: Digest,
    },
}
