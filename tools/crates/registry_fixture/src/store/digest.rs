//! [Digests](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests) by the algorithms that are
//! registered.

use std::fmt;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256, Sha512};

/// A digest in its canonical form, such as `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digest(String);

impl Digest {
    /// A digest of a known algorithm with the right length, else `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (algorithm, encoded) = text.split_once(':')?;
        let length = match algorithm {
            "sha256" => 64,
            "sha512" => 128,
            _ => return None,
        };
        let valid = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        (encoded.len() == length && encoded.bytes().all(valid)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn sha256(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", hex::encode(Sha256::digest(bytes))))
    }

    /// Whether the bytes of this reader have this digest.
    pub(crate) fn matches(&self, mut reader: impl Read) -> io::Result<bool> {
        let found = if self.0.starts_with("sha512:") {
            let mut hasher = Sha512::new();
            each_piece(&mut reader, |piece| hasher.update(piece))?;
            hex::encode(hasher.finalize())
        } else {
            let mut hasher = Sha256::new();
            each_piece(&mut reader, |piece| hasher.update(piece))?;
            hex::encode(hasher.finalize())
        };
        Ok(self.0.ends_with(&format!(":{found}")))
    }

    pub(crate) fn file_name(&self) -> String {
        self.0.replace(':', "-")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn each_piece(reader: &mut impl Read, mut use_it: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = vec![0; 64 << 10];
    loop {
        let length = reader.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        use_it(&piece[..length]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_digests_of_known_algorithms_are_valid() {
        let digest = Digest::sha256(b"");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest.clone()));
        for bad in [
            "",
            "sha256:",
            "sha256:baddigeststring",
            "md5:d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(Digest::parse(bad), None, "{bad}");
        }
        assert_eq!(Digest::parse(&digest.to_string().to_uppercase()), None);
        assert_eq!(Digest::parse(&format!("{digest}0")), None);
    }

    #[test]
    fn compares_bytes_by_the_algorithm_of_the_digest() {
        let sha512 = format!("sha512:{}", hex::encode(Sha512::digest(b"x")));
        let sha512 = Digest::parse(&sha512).unwrap();
        assert!(sha512.matches(&b"x"[..]).unwrap());
        assert!(!sha512.matches(&b"y"[..]).unwrap());
        assert!(Digest::sha256(b"x").matches(&b"x"[..]).unwrap());
    }
}
