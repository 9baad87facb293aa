//! Checksums of repository files: SHA-256, or SHA-512 if the repository lists no SHA-256.

use blob::{Blob, Digest, Error, Result};
use message::shorten;
use sha2::{Digest as _, Sha512};

/// A checksum that cannot be forged. MD5 and SHA-1 can be, and apt does not trust them either (apt-secure(8)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checksum {
    /// SHA-256.
    Sha256(Digest),
    /// SHA-512 of a file whose SHA-256 the repository does not list.
    Sha512([u8; 64]),
}

/// The size and the checksum that a repository lists for one of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// The size in bytes.
    pub size: u64,
    /// The checksum.
    pub checksum: Checksum,
}

impl Checksum {
    /// Parses a SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Fails if the text has another number of characters, or a character that is not a hexadecimal digit.
    pub fn sha256(text: &str) -> Result<Self> {
        Digest::from_hex(&lower(text)).map(Self::Sha256)
    }

    /// Parses a SHA-512 in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Fails if the text has another number of characters, or a character that is not a hexadecimal digit.
    pub fn sha512(text: &str) -> Result<Self> {
        let bytes = Self::decode(text);
        bytes.map(Self::Sha512).ok_or_else(|| {
            let cause = format!(
                "expected 128 hexadecimal digits, found {} characters",
                text.len()
            );
            Error::cannot("read digest", shorten(text), cause)
        })
    }

    fn decode(text: &str) -> Option<[u8; 64]> {
        let mut bytes = [0; 64];
        let digits = text.as_bytes();
        if digits.len() != 128 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16);
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(bytes)
    }

    /// Returns the directory name below `by-hash` and the hexadecimal digits, which are the file name there.
    pub fn by_hash(&self) -> (&'static str, String) {
        match self {
            Self::Sha256(digest) => ("SHA256", digest.hex()),
            Self::Sha512(bytes) => {
                let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
                ("SHA512", digits.collect())
            }
        }
    }
}

impl FileRecord {
    /// Returns SHA-256 and size, if the repository lists the SHA-256.
    pub fn blob(&self) -> Option<Blob> {
        match self.checksum {
            Checksum::Sha256(digest) => Some(Blob {
                digest,
                size: self.size,
            }),
            Checksum::Sha512(_) => None,
        }
    }

    /// Returns SHA-256 and size of `bytes` if they match size and checksum.
    pub fn verify(&self, bytes: &[u8]) -> Option<Blob> {
        let blob = Blob::of(bytes);
        let same = match self.checksum {
            Checksum::Sha256(digest) => digest == blob.digest,
            Checksum::Sha512(expected) => Sha512::digest(bytes).as_slice() == expected,
        };
        (same && blob.size == self.size).then_some(blob)
    }
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds() {
        let size = 3;
        let sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        for checksum in [Checksum::sha512(sha512), Checksum::sha256(sha256)] {
            let checksum = checksum.unwrap();
            let listed = FileRecord { size, checksum };
            assert_eq!(listed.verify(b"abc"), Some(Blob::of(b"abc")));
            assert_eq!(listed.verify(b"abd"), None);
            assert_eq!(FileRecord { size: 4, checksum }.verify(b"abc"), None);
        }
        let read = Checksum::sha512(sha512).unwrap();
        assert_eq!(read.by_hash(), ("SHA512", sha512.to_owned()));
        let error = Checksum::sha512("abc").unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot read digest `abc`: expected 128 hexadecimal digits, found 3 characters"
        );
        assert!(Checksum::sha512(&"é".repeat(64)).is_err());
    }
}
