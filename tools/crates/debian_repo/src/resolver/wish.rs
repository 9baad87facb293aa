//! What is asked for: `name`, `name=version`, `name/suite`, and `-name` for what is not wanted.

use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};
use deb::{PackageName, Version};

use crate::universe::{Entry, Universe};
use message::shorten;

/// What a resolution is to contain, and what not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The packages, in the order in which apt would be told of them.
    pub wishes: Vec<Wish>,
    /// Packages that are not taken, whoever needs them. What nothing else meets is left unmet, and reported.
    pub exclusions: Vec<PackageName>,
    /// Whether `Essential: yes` packages are added though nothing asks for them. An image is no Debian system: false.
    pub essential: bool,
}

/// A package that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Its name.
    pub name: PackageName,
    /// Which of its versions.
    pub choice: Choice,
}

/// Which version of a package is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// apt's candidate.
    Candidate,
    /// `name=version`: this one, from whatever source has it.
    Version(Version),
    /// `name/source`: the highest of that source. Other than with apt, the packages that it needs stay at their candidates.
    Source(String),
}

impl Request {
    /// Reads `name`, `name=version`, `name/source` and `-name`.
    pub fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut request = Self::default();
        for word in words {
            match word.strip_prefix('-') {
                Some(name) => request.exclusions.push(name.parse()?),
                None => request.wishes.push(word.parse()?),
            }
        }
        Ok(request)
    }
}

impl Wish {
    /// The package file that is meant; none where no source offers it.
    pub(crate) fn pick<'u>(&self, universe: &'u Universe) -> Result<Option<Entry<'u>>> {
        let versions = universe.versions(self.name.as_str())?;
        let meant = |entry: &Entry<'u>| match &self.choice {
            Choice::Candidate => true,
            Choice::Version(version) => entry.package.version == *version,
            Choice::Source(source) => entry.source.name == *source,
        };
        Ok(versions.into_iter().find(meant))
    }
}

impl FromStr for Wish {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, choice) = match (text.split_once('='), text.split_once('/')) {
            (Some((name, version)), _) => (name, Choice::Version(version.parse()?)),
            (None, Some((_, ""))) => {
                let cause = "expected `name/source`";
                return Err(Error::cannot("read wish", shorten(text), cause));
            }
            (None, Some((name, source))) => (name, Choice::Source(source.to_owned())),
            (None, None) => (text, Choice::Candidate),
        };
        Ok(Self {
            name: name.parse()?,
            choice,
        })
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.choice {
            Choice::Candidate => self.name.fmt(f),
            Choice::Version(version) => write!(f, "{}={version}", self.name),
            Choice::Source(source) => write!(f, "{}/{source}", self.name),
        }
    }
}
