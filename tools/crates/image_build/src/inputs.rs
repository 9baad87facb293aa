//! The files that a build does not make.

use std::path::PathBuf;

use blob::Result;
use lock::LockedPackage;

/// The source of packages: a mirror, a directory or a cache.
pub trait Inputs: Sync {
    /// The file of a locked package. Several threads call it, and only for packages whose layer is not in the cache.
    /// The file has the SHA-256 of the lock: not all tools check it again.
    ///
    /// # Errors
    ///
    /// The file is unavailable or has another SHA-256.
    fn package(&self, name: &str, package: &LockedPackage) -> Result<PathBuf>;
}
