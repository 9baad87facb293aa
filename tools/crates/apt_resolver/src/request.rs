//! The request: `name`, `name=version`, `name/suite`, and `-name` for an excluded package.

use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};
use deb::{PackageName, Version};
use message::shorten;

use crate::universe::{Entry, Universe};

/// The requested and the excluded packages of a resolution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The requested packages, in the order of apt's command line.
    pub packages: Vec<RequestedPackage>,
    /// Excluded packages, even if others depend on them. A relation without another solution stays unsatisfied and is
    /// reported.
    pub exclusions: Vec<PackageName>,
    /// Whether `Essential: yes` packages are added even if no package depends on them. Normally false: an image is not
    /// a full Debian system.
    pub essential: bool,
}

/// A requested package.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestedPackage {
    /// The package name.
    pub name: PackageName,
    /// The choice among its versions.
    pub choice: Choice,
}

/// The requested version of a package.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// apt's candidate.
    Candidate,
    /// `name=version`: this version, from any source.
    Version(Version),
    /// `name/source`: the highest version of that source. Unlike in apt, its dependencies keep their candidates.
    Source(String),
}

impl Request {
    /// Parses `name`, `name=version`, `name/source` and `-name`.
    ///
    /// # Errors
    ///
    /// Fails if a name or a version is malformed, or if the source is empty.
    pub fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut request = Self::default();
        for word in words {
            match word.strip_prefix('-') {
                Some(name) => request.exclusions.push(name.parse()?),
                None => request.packages.push(word.parse()?),
            }
        }
        Ok(request)
    }
}

impl RequestedPackage {
    /// The requested package file; `None` if no source has it.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Universe::versions`].
    pub fn pick<'u>(&self, universe: &'u Universe) -> Result<Option<Entry<'u>>> {
        let versions = universe.versions(self.name.as_str())?;
        let meant = |entry: &Entry<'u>| match &self.choice {
            Choice::Candidate => true,
            Choice::Version(version) => entry.package.version == *version,
            Choice::Source(source) => entry.source.name == *source,
        };
        Ok(versions.into_iter().find(meant))
    }
}

impl FromStr for RequestedPackage {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, choice) = match (text.split_once('='), text.split_once('/')) {
            (Some((name, version)), _) => (name, Choice::Version(version.parse()?)),
            (None, Some((_, ""))) => {
                let cause = "expected `name/source`";
                return Err(Error::cannot("read package", shorten(text), cause));
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

impl fmt::Display for RequestedPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.choice {
            Choice::Candidate => self.name.fmt(f),
            Choice::Version(version) => write!(f, "{}={version}", self.name),
            Choice::Source(source) => write!(f, "{}/{source}", self.name),
        }
    }
}
