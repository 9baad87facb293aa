use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};

/// A package name as dpkg accepts it: letters, digits, `+`, `-`, `.` and `_`, starting with a letter or a digit
/// (`pkg_name_is_illegal` in [dpkg's parsehelp.c](https://git.dpkg.org/cgit/dpkg/dpkg.git/tree/lib/dpkg/parsehelp.c)).
/// Policy 5.6.1 is stricter, but repositories outside Debian have names like `mongodb_exporter` and `R`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

/// A Debian architecture or `all`: lower-case letters, digits and `-` (Policy 5.6.8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Architecture(String);

impl PackageName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name in a relation. apt accepts any name there; if no package can have it, no package satisfies the relation.
    ///
    /// # Errors
    ///
    /// The text is empty or contains white space, a control character or one of `()[]<>,|`.
    pub fn in_relation(text: &str) -> Result<Self> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || "()[]<>,|".contains(c);
        if text.is_empty() || text.contains(bad) {
            let text: String = text.chars().take(60).flat_map(char::escape_debug).collect();
            return Err(Error::cannot("read package name", text, EXPECTED_NAME));
        }
        Ok(Self(text.to_owned()))
    }
}

const EXPECTED_NAME: &str = "expected letters, digits, `+`, `-`, `.` and `_`";

impl Architecture {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the architecture is `all`.
    pub fn is_all(&self) -> bool {
        self.0 == "all"
    }
}

impl FromStr for PackageName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let first = text.bytes().next();
        let may = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
        if first.is_some_and(|byte| byte.is_ascii_alphanumeric()) && text.bytes().all(may) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::cannot("read package name", text, EXPECTED_NAME))
        }
    }
}

/// Names of Debian's architectures in OCI images, the kernel and compilers.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("386", "i386"),
    ("aarch64", "arm64"),
    ("arm", "armhf"),
    ("arm64v8", "arm64"),
    ("armv7", "armhf"),
    ("armv7l", "armhf"),
    ("i686", "i386"),
    ("powerpc64le", "ppc64el"),
    ("ppc64le", "ppc64el"),
    ("x64", "amd64"),
    ("x86-64", "amd64"),
    ("x86_64", "amd64"),
];

impl Architecture {
    /// A hint, if this is another name of one of Debian's architectures.
    pub fn hint(name: &str) -> Option<String> {
        let known = OTHER_NAMES.iter().find(|(other, _)| *other == name);
        known.map(|(_, debian)| format!("Debian calls this architecture `{debian}`"))
    }
}

impl FromStr for Architecture {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let first = text.bytes().next();
        if first.is_some_and(letter) && text.bytes().all(|byte| letter(byte) || byte == b'-') {
            Ok(Self(text.to_owned()))
        } else {
            let cause = "expected lower-case letters, digits and `-`";
            let error = Error::cannot("read architecture", text, cause);
            Err(match Self::hint(text) {
                Some(hint) => error.hint(hint),
                None => error,
            })
        }
    }
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
        for good in [
            "libc6",
            "libstdc++6",
            "0ad",
            "python3.11-minimal",
            "mongodb_exporter",
            "Old_Foo",
            "r",
            "a..b",
        ] {
            assert_eq!(good.parse::<PackageName>().unwrap().as_str(), good);
        }
        for bad in [
            "", "-a", ".a", "..", "_a", "+a", "a/b", "../a", "lib c", "é2", "a:b", "a\n",
        ] {
            assert!(bad.parse::<PackageName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_in_relations() {
        for any in ["a/b", "Old_Foo", "${shlibs:Depends}", "é", "-", "a:x86_64"] {
            assert_eq!(PackageName::in_relation(any).unwrap().as_str(), any);
        }
        for bad in [
            "",
            "a b",
            "a,b",
            "a|b",
            "a(b",
            "a)",
            "a[",
            "a>",
            "a\u{1b}[31m",
            "a\u{a0}b",
        ] {
            assert!(PackageName::in_relation(bad).is_err(), "{bad}");
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

    #[test]
    fn architecture_names_of_other_systems() {
        for (other, debian) in OTHER_NAMES {
            let hint = format!("Debian calls this architecture `{debian}`");
            assert_eq!(Architecture::hint(other), Some(hint));
            assert_eq!(Architecture::hint(debian), None);
        }
        let error = "x86_64".parse::<Architecture>().unwrap_err();
        let hint = "\nhint: Debian calls this architecture `amd64`";
        assert!(error.to_string().ends_with(hint), "{error}");
    }
}
