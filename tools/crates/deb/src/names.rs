use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};

/// The name of a package: lower-case letters, digits, `+`, `-` and `.`, at least two, not beginning with a sign (Policy 5.6.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

/// The name of an architecture as Debian spells it, `all` included: lower-case letters, digits and `-` (Policy 5.6.8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Architecture(String);

impl PackageName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Architecture {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a package of this architecture serves every architecture.
    pub fn is_all(&self) -> bool {
        self.0 == "all"
    }
}

impl FromStr for PackageName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let sign = |byte: u8| matches!(byte, b'+' | b'-' | b'.');
        match is_name(text, 2, sign) {
            true => Ok(Self(text.to_owned())),
            false => Err(Error::cannot(
                "read package name",
                text,
                "expected lower-case letters, digits, `+`, `-` and `.`",
            )),
        }
    }
}

impl FromStr for Architecture {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match is_name(text, 1, |byte| byte == b'-') {
            true => Ok(Self(text.to_owned())),
            false => Err(Error::cannot(
                "read architecture",
                text,
                "expected lower-case letters, digits and `-`",
            )),
        }
    }
}

fn is_name(text: &str, least: usize, sign: impl Fn(u8) -> bool) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() >= least
        && text.bytes().next().is_some_and(letter)
        && text.bytes().all(|byte| letter(byte) || sign(byte))
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages() {
        for good in ["libc6", "libstdc++6", "0ad", "python3.11-minimal"] {
            assert_eq!(good.parse::<PackageName>().unwrap().as_str(), good);
        }
        for bad in [
            "", "a", "Libc6", "-a", ".a", "a/b", "../a", "a_b", "lib c", "é2",
        ] {
            assert!(bad.parse::<PackageName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_of_architectures() {
        for good in ["all", "amd64", "hurd-i386"] {
            assert_eq!(good.parse::<Architecture>().unwrap().as_str(), good);
        }
        for bad in ["", "AMD64", "arm/v7", "x86_64"] {
            assert!(bad.parse::<Architecture>().is_err(), "{bad}");
        }
    }
}
