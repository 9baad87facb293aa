//! The content of a lock.

use std::collections::BTreeMap;

use apt_types::{Evidence, Origin};
use blob::{Blob, Digest};
use jiff::Timestamp;

/// The version of the format that this crate writes. It also reads older versions.
pub const VERSION: u64 = 1;

/// The key of a file that is used on every architecture.
pub const ALL: &str = "all";

/// The [`LockedPackage::reason`] of a package that the manifest names.
pub const REQUESTED: &str = "requested";

/// A lock.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// The name of the distro, which is also the name of the manifest's file.
    pub distro: String,
    /// Debian architectures, sorted.
    pub architectures: Vec<String>,
    /// Source name → source. A package that is kept from an older Release (`--only`) refers to a separate source,
    /// `NAME@DATE`.
    pub sources: BTreeMap<String, LockedSource>,
    /// Package name → architecture, or [`ALL`] → file.
    pub packages: BTreeMap<String, BTreeMap<String, LockedPackage>>,
}

/// A source at the time when the lock was made.
#[derive(Clone, Debug, PartialEq)]
pub enum LockedSource {
    /// A suite or a flat repository.
    Suite(Box<LockedSuite>),
    /// A directory of package files, relative to the lock's directory.
    Directory(String),
}

/// A suite at the time when the lock was made.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedSuite {
    /// The location of its repository.
    pub origin: Origin,
    /// Components, in the manifest's order.
    pub components: Vec<String>,
    /// `Date` of its Release.
    pub date: Timestamp,
    /// `Valid-Until` of its Release.
    pub valid_until: Option<Timestamp>,
    /// The signed files.
    pub evidence: Evidence,
    /// Fingerprints of the keys that signed it.
    pub signed_by: Vec<String>,
    /// The path in the Release of each index that was used → its digest and size.
    pub indexes: BTreeMap<String, Blob>,
    /// Architecture → the reason why its index was not used.
    pub unverified: BTreeMap<String, String>,
}

/// A package file.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedPackage {
    /// `all` if the file is architecture-independent but not the same on all architectures; otherwise `None`.
    pub architecture: Option<String>,
    /// The packages of the lock that it depends on, sorted.
    pub depends: Vec<String>,
    /// The location of the file.
    pub location: Location,
    /// `requested`, `essential` or `dependency of NAME`.
    pub reason: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// The size in bytes; unknown for imported packages.
    pub size: Option<u64>,
    /// Source package.
    pub source: String,
    /// The version of the source package.
    pub source_version: String,
    /// Dependencies that the lock does not contain because the manifest excludes them.
    pub unmet: Vec<String>,
    /// The version of the package.
    pub version: String,
}

/// The location of a package file.
#[derive(Clone, Debug, PartialEq)]
pub enum Location {
    /// In a source, whose index lists it.
    Source {
        /// The key of the source.
        key: String,
        /// The path below the repository's root or below the directory.
        filename: String,
    },
    /// At one of these URLs.
    Urls(Vec<String>),
}

impl LockedSource {
    /// The suite, unless the source is a directory.
    pub fn suite(&self) -> Option<&LockedSuite> {
        match self {
            Self::Suite(suite) => Some(suite),
            Self::Directory(_) => None,
        }
    }
}

impl LockedPackage {
    /// The key of the source, or a note that the package was locked by URL.
    pub fn origin(&self) -> &str {
        match &self.location {
            Location::Source { key, .. } => key,
            Location::Urls(_) => "by URL",
        }
    }
}

impl Lock {
    /// The newest date of the sources, which identifies the lock.
    pub fn snapshot(&self) -> Timestamp {
        let suites = self.sources.values().filter_map(LockedSource::suite);
        suites.map(|suite| suite.date).max().unwrap_or_default()
    }

    /// The file of a package for an architecture.
    pub fn package(&self, name: &str, architecture: &str) -> Option<&LockedPackage> {
        let files = self.packages.get(name)?;
        files.get(ALL).or_else(|| files.get(architecture))
    }
}
