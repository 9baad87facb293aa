//! One item of `packages`: `[-]NAME[=VERSION|/SOURCE] [ [ARCHITECTURE…] ]`.

use std::str::FromStr;

use apt_resolver::Choice;
use blob::{Error, Result};
use deb::Architecture;
use message::shorten;

/// A requested package or, with a minus, an excluded one.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The package, and the rule to choose among the available versions.
    pub package: apt_resolver::Wish,
    /// Whether the package is excluded, even if others depend on it.
    pub exclude: bool,
    /// The architectures that it applies to.
    pub on: Restriction,
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

impl FromStr for Wish {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (wish, on) = match text.split_once('[') {
            None => (text, Restriction::None),
            Some((wish, rest)) => (wish, restriction(text, rest)?),
        };
        let wish = wish.trim();
        let (exclude, wish) = match wish.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, wish),
        };
        let package: apt_resolver::Wish = wish.parse()?;
        if exclude && package.choice != Choice::Candidate {
            let cause = "a package is kept out in every version: expected `-NAME`";
            return Err(Error::cannot("read package", shorten(text), cause));
        }
        Ok(Self {
            package,
            exclude,
            on,
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

impl Wish {
    /// The package name.
    pub fn name(&self) -> &str {
        self.package.name.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(text: &str) -> Wish {
        text.parse().unwrap()
    }

    #[test]
    fn names_versions_and_sources() {
        assert_eq!(wish("libc6").package.choice, Choice::Candidate);
        assert_eq!(
            wish("libc6=2.36-9 [amd64]").package.choice,
            Choice::Version("2.36-9".parse().unwrap())
        );
        assert_eq!(
            wish("git/bookworm-backports").package.choice,
            Choice::Source("bookworm-backports".to_owned())
        );
        assert!(wish("-systemd").exclude);
        assert_eq!(wish("-systemd").name(), "systemd");
    }

    #[test]
    fn architectures() {
        let some = wish("libatomic1 [armhf  arm64]").on;
        let but = wish("openjdk-17-jre-headless [!armhf]").on;
        let allowed = ["amd64", "armhf", "arm64"].map(|a| (some.allows(a), but.allows(a)));
        assert_eq!(allowed, [(false, true), (true, false), (true, true)]);
        assert!(wish("libc6").on.allows("anything"));
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
                "cannot read package `-libc6=1`: a package is kept out in every version: expected `-NAME`",
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
            assert_eq!(text.parse::<Wish>().unwrap_err().to_string(), message);
        }
    }
}
