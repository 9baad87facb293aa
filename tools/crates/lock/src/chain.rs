//! The files of repositories that prove a lock: signed Releases, and the indexes that they list. `debian_lock chain`
//! writes them to a directory, and `chain_verifier` reads them from there.

use apt_types::{is_path_below, Evidence};
use blob::{Digest, Error, Result};

use crate::model::{Lock, LockedSource};

/// A file that proves a part of a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFile {
    /// The path below the directory of the chain: `debian12/bookworm/InRelease`.
    pub path: String,
    /// The path below the directory of the suite in the repository: `InRelease`, `main/binary-amd64/Packages.xz`.
    pub name: String,
    /// The SHA-256 that the lock has for it.
    pub sha256: Digest,
    /// The size in bytes, if the lock has it.
    pub size: Option<u64>,
}

impl Lock {
    /// The signed Release of a source: `InRelease`, or `Release` and `Release.gpg`. Empty for a directory of packages.
    ///
    /// # Errors
    ///
    /// The name of the distro or the key of the source is not the name of a directory.
    pub fn release_files(&self, key: &str) -> Result<Vec<ChainFile>> {
        let suite = self.sources.get(key).and_then(LockedSource::suite);
        let files = match suite.map(|suite| suite.evidence) {
            None => Vec::new(),
            Some(Evidence::InRelease(digest)) => vec![("InRelease", digest)],
            Some(Evidence::Detached { release, signature }) => {
                vec![("Release", release), ("Release.gpg", signature)]
            }
        };
        let files = files.into_iter();
        files
            .map(|(name, sha256)| self.chain_file(key, name, sha256, None))
            .collect()
    }

    /// The indexes of a source.
    ///
    /// # Errors
    ///
    /// The name of the distro, the key of the source or the path of an index leaves its directory.
    pub fn index_files(&self, key: &str) -> Result<Vec<ChainFile>> {
        let suite = self.sources.get(key).and_then(LockedSource::suite);
        let indexes = suite.into_iter().flat_map(|suite| &suite.indexes);
        indexes
            .map(|(path, blob)| self.chain_file(key, path, blob.digest, Some(blob.size)))
            .collect()
    }

    fn chain_file(
        &self,
        key: &str,
        name: &str,
        sha256: Digest,
        size: Option<u64>,
    ) -> Result<ChainFile> {
        // A flat repository may list `./Packages`.
        let path = format!("{}/{key}/{}", self.distro, name.trim_start_matches("./"));
        if !is_path_below(&path) {
            let cause = "expected a path below the directory of the chain";
            return Err(Error::cannot("use path", message::shorten(&path), cause));
        }
        Ok(ChainFile {
            path,
            name: name.to_owned(),
            sha256,
            size,
        })
    }
}
