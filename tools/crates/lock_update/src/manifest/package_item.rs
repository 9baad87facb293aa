//! One item of `packages`: `[-]NAME[=VERSION|/SOURCE] [ [ARCHITECTURE…] ]`.

use std::str::FromStr;

use apt_resolver::{Choice, RequestedPackage};
use blob::{Error, Result};
use deb::Architecture;
use message::shorten;

/// A requested package or, with a minus, an excluded one.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageItem {
    /// The package, and the rule to choose among the available versions.
    pub package: RequestedPackage,
    /// Whether the package is excluded, even if others depend on it.
    pub exclude: bool,
    /// The architectures that it applies to.
    pub architectures: Restriction,
}

/// An architecture restriction (Policy 7.1): `[amd64 arm64]` or `[!s390x]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Restriction {
    /// Every architecture of the manifest.
    #[default]
    None,
    /// Only these.
    Only(Vec<Architecture>),
    /// All except these.
    Without(Vec<Architecture>),
}

impl Restriction {
    /// Whether it includes an architecture of the manifest.
    pub fn allows(&self, architecture: &str) -> bool {
        let named = |list: &[Architecture]| list.iter().any(|one| one.as_str() == architecture);
        match self {
            Self::None => true,
            Self::Only(list) => named(list),
            Self::Without(list) => !named(list),
        }
    }

    /// The architectures in the restriction.
    pub fn named(&self) -> &[Architecture] {
        match self {
            Self::None => &[],
            Self::Only(list) | Self::Without(list) => list,
        }
    }
}

impl FromStr for PackageItem {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (item, architectures) = match text.split_once('[') {
            None => (text, Restriction::None),
            Some((item, rest)) => (item, restriction(text, rest)?),
        };
        let item = item.trim();
        let (exclude, item) = match item.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, item),
        };
        let package: RequestedPackage = item.parse()?;
        if exclude && package.choice != Choice::Candidate {
            let cause = "an excluded package has no version and no source: expected `-NAME`";
            return Err(Error::cannot("read package", shorten(text), cause));
        }
        Ok(Self {
            package,
            exclude,
            architectures,
        })
    }
}

fn restriction(text: &str, rest: &str) -> Result<Restriction> {
    let wrong = |cause: &str| Error::cannot("read package", shorten(text), cause);
    let inside = rest.trim_end().strip_suffix(']');
    let inside = inside.ok_or_else(|| wrong("expected `]` at the end"))?;
    let words: Vec<&str> = inside.split_whitespace().collect();
    let without = words.iter().filter(|word| word.starts_with('!')).count();
    let names = words.iter().map(|word| word.trim_start_matches('!'));
    let names: Vec<Architecture> = names.map(str::parse).collect::<Result<_>>()?;
    match without {
        _ if words.is_empty() => Err(wrong("expected architectures between `[` and `]`")),
        0 => Ok(Restriction::Only(names)),
        all if all == words.len() => Ok(Restriction::Without(names)),
        _ => Err(wrong("expected either all architectures with `!` or none")),
    }
}

impl PackageItem {
    /// The package name.
    pub fn name(&self) -> &str {
        self.package.name.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> PackageItem {
        text.parse().unwrap()
    }

    #[test]
    fn names_versions_and_sources() {
        assert_eq!(item("libc6").package.choice, Choice::Candidate);
        assert_eq!(
            item("libc6=2.36-9 [amd64]").package.choice,
            Choice::Version("2.36-9".parse().unwrap())
        );
        assert_eq!(
            item("git/bookworm-backports").package.choice,
            Choice::Source("bookworm-backports".to_owned())
        );
        assert!(item("-systemd").exclude);
        assert_eq!(item("-systemd").name(), "systemd");
    }

    #[test]
    fn architectures() {
        let some = item("libatomic1 [armhf  arm64]").architectures;
        let but = item("openjdk-17-jre-headless [!armhf]").architectures;
        let allowed = ["amd64", "armhf", "arm64"].map(|a| (some.allows(a), but.allows(a)));
        assert_eq!(allowed, [(false, true), (true, false), (true, true)]);
        assert!(item("libc6").architectures.allows("anything"));
    }

    #[test]
    fn mistakes() {
        for (text, message) in [
            ("libc6 [", "cannot read package `libc6 [`: expected `]` at the end"),
            (
                "libc6 []",
                "cannot read package `libc6 []`: expected architectures between `[` and `]`",
            ),
            (
                "libc6 [amd64 !armhf]",
                "cannot read package `libc6 [amd64 !armhf]`: expected either all architectures with `!` or none",
            ),
            (
                "-libc6=1",
                "cannot read package `-libc6=1`: an excluded package has no version and no source: expected `-NAME`",
            ),
            (
                "--x",
                "cannot read package name `-x`: expected letters, digits, `+`, `-`, `.` and `_`",
            ),
            (
                "libc6 amd64",
                "cannot read package name `libc6 amd64`: expected letters, digits, `+`, `-`, `.` and `_`",
            ),
        ] {
            assert_eq!(text.parse::<PackageItem>().unwrap_err().to_string(), message);
        }
    }
}
