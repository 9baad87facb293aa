//! The lock: the facts of an archive that a build is derived from (`debian_packages/DISTRO.lock.json`).
//!
//! Its format is described in `docs/tool_contract.md`.

mod difference;
mod node;
mod read;
mod write;

use std::collections::BTreeMap;

use blob::{Blob, Digest};
use jiff::Timestamp;

pub use difference::difference;

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
    /// Suites by name.
    pub sources: BTreeMap<String, LockedSource>,
    /// Package name → architecture, or [`ALL`] → file.
    pub packages: BTreeMap<String, BTreeMap<String, LockedPackage>>,
}

/// A suite as it was when the lock was made.
#[derive(Clone, Debug, PartialEq)]
pub struct LockedSource {
    /// Where its archive lies.
    pub origin: crate::Origin,
    /// Its components, in the manifest's order.
    pub components: Vec<String>,
    /// `Date` of its Release.
    pub date: Timestamp,
    /// `Valid-Until` of its Release.
    pub valid_until: Option<Timestamp>,
    /// SHA-256 of `InRelease`.
    pub inrelease: Digest,
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
    /// Path below the archive's root.
    pub filename: String,
    /// `requested` or `dependency of NAME`.
    pub reason: String,
    /// Size and SHA-256.
    pub blob: Blob,
    /// Source package.
    pub source: String,
    /// Its version.
    pub source_version: String,
    /// The suite whose index vouches for the file.
    pub suite: String,
    /// Version.
    pub version: String,
}

impl Lock {
    /// The newest date of the sources: the lock's identity.
    pub fn snapshot(&self) -> Timestamp {
        let dates = self.sources.values().map(|source| source.date);
        dates.max().unwrap_or_default()
    }

    /// The file of a package for an architecture.
    pub fn package(&self, name: &str, architecture: &str) -> Option<&LockedPackage> {
        let files = self.packages.get(name)?;
        files.get(ALL).or_else(|| files.get(architecture))
    }
}
