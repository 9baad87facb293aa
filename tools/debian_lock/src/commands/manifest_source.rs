//! A manifest that a command reads.

use std::path::{Path, PathBuf};

use blob::Result;
use lock_update::Manifest;

use crate::files;

/// A manifest, and the file that it is from.
#[derive(Debug)]
pub struct ManifestSource {
    /// The file. Paths in the manifest are relative to its directory.
    pub file: PathBuf,
    /// The name of the distro in the lock.
    pub distro: String,
    /// The manifest.
    pub manifest: Manifest,
    /// The file of the lock.
    pub lock: PathBuf,
}

impl ManifestSource {
    /// The manifest of the file `DISTRO.yaml`. Its lock is `DISTRO.lock.json` in the same directory.
    pub(super) fn of_file(path: &Path, manifest: Manifest) -> Result<Self> {
        Ok(Self {
            file: path.to_owned(),
            distro: files::distro(path)?,
            manifest,
            lock: files::lock_path_of(path),
        })
    }
}
