//! The directory of cached files: downloads of packages, base images, and layers that were made.

use std::env::temp_dir;
use std::path::{Path, PathBuf};

use blob::{cached, Error, Result};
use clap::Args;
use rustix::process::getuid;
use transfer::Cache;

/// The directory of made layers, and that of base images.
const MADE: &str = "made";
const BASES: &str = "bases";

/// The extension of a file that a build locks while it completes a base image.
pub(crate) const LOCK: &str = "lock";

/// The directories whose entries are made layers and base images.
const CLEANED: [&str; 3] = ["made/results", "made/unfinished", BASES];

/// The option of all commands that use the cache.
#[derive(Args, Debug)]
pub(crate) struct CacheOptions {
    /// Directory of cached files [default: distroless below $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

/// The directories of the cache.
#[derive(Debug)]
pub(crate) struct CacheDirectory {
    /// Downloads by SHA-256.
    pub(crate) downloads: Cache,
    directory: PathBuf,
}

impl CacheOptions {
    /// The cache of the option, or that of this user. A user without a home directory has one below the directory of
    /// temporary files.
    ///
    /// # Errors
    ///
    /// Another user can write to it, or to made layers and base images, which are used as this program wrote them.
    pub(crate) fn open(&self) -> Result<CacheDirectory> {
        let downloads = match &self.cache {
            Some(directory) => Cache::at(directory.clone()),
            None => Cache::of_this_user(),
        };
        let downloads = match downloads.directory() {
            Some(_) => downloads,
            None => Cache::at(below_temporary_directory()?),
        };
        downloads.check()?;
        let directory = downloads.directory().map(Path::to_owned);
        let cache = CacheDirectory {
            directory: directory.unwrap_or_default(),
            downloads,
        };
        cache.check()?;
        Ok(cache)
    }
}

impl CacheDirectory {
    /// The directory of made layers, which exists afterwards.
    ///
    /// # Errors
    ///
    /// It cannot be made, or another user has made it.
    pub(crate) fn made(&self) -> Result<PathBuf> {
        self.make(MADE)
    }

    /// The directory of base images, which exists afterwards.
    ///
    /// # Errors
    ///
    /// It cannot be made, or another user has made it.
    pub(crate) fn bases(&self) -> Result<PathBuf> {
        self.make(BASES)
    }

    /// The directories with entries of which those that were not used recently can be deleted.
    pub(crate) fn cleaned(&self) -> [PathBuf; 3] {
        CLEANED.map(|name| self.directory.join(name))
    }

    fn check(&self) -> Result<()> {
        self.downloads.check_own(&[&[MADE][..], &CLEANED].concat())
    }

    fn make(&self, name: &str) -> Result<PathBuf> {
        let directory = self.directory.join(name);
        cached::make_directory(&directory)?;
        // Another user may have made it since the cache was opened.
        self.check()?;
        Ok(directory)
    }
}

/// A directory that exists and that no other user has made, also not as a link to a directory of this user.
fn below_temporary_directory() -> Result<PathBuf> {
    let directory = temp_dir().join(format!("distroless-{}", getuid().as_raw()));
    cached::make_directory(&directory)?;
    let facts = directory.symlink_metadata();
    if facts.is_ok_and(|facts| facts.is_dir() && cached::is_own(&facts)) {
        return Ok(directory);
    }
    let error = Error::cannot("use cache", directory.display(), "another user made it");
    Err(error.hint("name another directory with `--cache`"))
}
