//! Where bytes come from: a trait, so that the library knows no network.

use std::fmt;

use blob::{Blob, Result};

/// The root of an archive: what lies above `dists/` and `pool/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An archive known by name (`debian`); the fetcher knows its addresses.
    Archive(String),
    /// An archive known by its address.
    Url(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Archive(text) | Origin::Url(text) => f.write_str(text),
        }
    }
}

/// One file of an archive.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The archive.
    pub origin: &'a Origin,
    /// Paths below it that may hold the file, the best first.
    pub paths: &'a [String],
    /// What the file must be, where that is known. Other bytes count as none.
    pub expected: Option<Blob>,
    /// The most bytes to take.
    pub limit: u64,
}

/// What the addresses of an archive answered.
#[derive(Debug)]
pub enum Answer {
    /// The file.
    Bytes(Vec<u8>),
    /// Every address answered, and none has the file as it is expected; why, one line an address and path.
    Nothing(Vec<String>),
}

/// Gets files of archives. Several threads may ask at once.
pub trait Fetch: Sync {
    /// Asks for a file. An address that gives no answer at all is an error, not an [`Answer::Nothing`]: trouble on
    /// the way must never look like a fact about the archive.
    fn fetch(&self, wanted: &Wanted<'_>) -> Result<Answer>;

    /// Keeps what was worked out from fetched bytes (an unpacked index), so that the next run need not. Nothing
    /// depends on it: a fetcher may keep nothing.
    fn keep(&self, _blob: &Blob, _bytes: &[u8]) {}

    /// Keeps a file of which the archive tells the SHA-512 only, and what its SHA-256 is. Nothing depends on it.
    fn learn(&self, _sha512: &str, _blob: &Blob, _bytes: &[u8]) {}

    /// What a file of this SHA-512 was. It is checked again, so nothing depends on it being true.
    fn learned(&self, _sha512: &str) -> Option<Blob> {
        None
    }

    /// What was kept, if it is there and still what it was.
    fn kept(&self, _blob: &Blob) -> Option<Vec<u8>> {
        None
    }
}
