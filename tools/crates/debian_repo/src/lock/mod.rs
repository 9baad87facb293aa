//! The lock: the facts of an archive that a build is derived from (`debian_packages/DISTRO.lock.json`).
//!
//! Its format is described in `docs/tool_contract.md`.

mod difference;
mod keep;
mod node;
mod read;
mod why;
mod write;

use std::collections::BTreeMap;

use blob::{Blob, Digest};
use jiff::Timestamp;

use crate::Evidence;

pub use difference::difference;
pub use keep::keep_others;
pub use why::why;
pub(crate) use why::REQUESTED;

/// The version of the format that this crate writes; older ones it reads.
pub const VERSION: u64 = 1;

/// The key of a file that serves every architecture.
pub const ALL: &str = "all";

/// A lock.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// The distro's name, that of the manifest's file.
    pub distro: String,
    /// Debian architectures, sorted.
    pub architectures: Vec<String>,
    /// Sources by name. Where packages are kept as an older Release had them (`--only`), that Release is a source of its
    /// own, `NAME@DATE`.
    pub sources: BTreeMap<String, LockedSource>,
    /// Package name → architecture, or [`ALL`] → file.
    pub packages: BTreeMap<String, BTreeMap<String, LockedPackage>>,
}

/// A source as it was when the lock was made.
#[derive(Clone, Debug, PartialEq)]
pub enum LockedSource {
    /// A suite of an archive, or a flat repository.
    Suite(Box<LockedSuite>),
    /// A folder of packages, by its path from the lock's own folder.
    Folder(String),
}

/// A suite as it was when the lock was made.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedSuite {
    /// Where its archive lies.
    pub origin: crate::Origin,
    /// Its components, in the manifest's order.
    pub components: Vec<String>,
    /// `Date` of its Release.
    pub date: Timestamp,
    /// `Valid-Until` of its Release.
    pub valid_until: Option<Timestamp>,
    /// The signed files.
    pub evidence: Evidence,
    /// Fingerprints of the keys that signed it.
    pub signed_by: Vec<String>,
    /// The indexes used, by their paths in the Release.
    pub indexes: BTreeMap<String, Blob>,
    /// Architecture → why its index was not used.
    pub unverified: BTreeMap<String, String>,
}

/// A package file.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedPackage {
    /// `all`, where the file is architecture-independent and yet not the same for all; else none.
    pub architecture: Option<String>,
    /// The packages of the lock that it depends on, sorted.
    pub depends: Vec<String>,
    /// Where the file lies.
    pub place: Place,
    /// `requested`, `essential` or `dependency of NAME`.
    pub reason: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Its size in bytes; unknown in what was imported.
    pub size: Option<u64>,
    /// Source package.
    pub source: String,
    /// Its version.
    pub source_version: String,
    /// What it depends on and the lock does not have, because the manifest keeps it out.
    pub unmet: Vec<String>,
    /// Version.
    pub version: String,
}

/// Where a package file lies.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// In a source, whose index vouches for it.
    Source {
        /// The key of the source.
        key: String,
        /// Path below the archive's root, or the folder.
        filename: String,
    },
    /// At one of these addresses.
    Urls(Vec<String>),
}

impl LockedSource {
    /// The suite, where it is one.
    pub fn suite(&self) -> Option<&LockedSuite> {
        match self {
            Self::Suite(suite) => Some(suite),
            Self::Folder(_) => None,
        }
    }
}

impl LockedPackage {
    /// The source's key, or that the file comes from no source.
    pub fn origin(&self) -> &str {
        match &self.place {
            Place::Source { key, .. } => key,
            Place::Urls(_) => "by address",
        }
    }
}

impl Lock {
    /// The newest date of the sources: the lock's identity.
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
