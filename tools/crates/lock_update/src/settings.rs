//! The inputs of a lock in addition to the manifest and the repositories.

use apt_archive::{KeyringFile, LocalDeb};
use blob::Result;
use jiff::Timestamp;
use lock::Lock;

/// The inputs of a lock in addition to the manifest and the repositories.
pub struct Settings<'a> {
    /// The name of the distro.
    pub distro: &'a str,
    /// Returns the bytes of the keyring of a source's `signed_by`.
    pub keyring: &'a (dyn Fn(&str) -> Result<KeyringFile> + Sync),
    /// Reads the packages of a source's `folder`.
    pub local_debs: &'a (dyn Fn(&str) -> Result<Vec<LocalDeb>> + Sync),
    /// The current time. No Release may have a later date; `None` turns this check off.
    pub clock: Option<Timestamp>,
    /// The time for the check of `Valid-Until`; `None` for a snapshot, which may be out of date.
    pub now: Option<Timestamp>,
    /// The lock to replace. No Release may be older than the one in this lock; `None` for a snapshot.
    pub previous: Option<&'a Lock>,
    /// The identity of the program, which is part of what a lock depends on; `None` if results are not stored and not used.
    pub program: Option<&'a str>,
    /// The lock that exists. If an earlier result confirms it, no index is read.
    pub known: Option<&'a Lock>,
}
