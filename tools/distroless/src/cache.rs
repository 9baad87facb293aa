//! The directory of cached files: downloads of packages, base images, and layers that were made.

use std::path::{Path, PathBuf};

use blob::{Result, ResultExt};
use clap::Args;
use transfer::Cache;

/// The directory of made layers, and that of base images.
const MADE: &str = "made";
const BASES: &str = "bases";

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
            None => Cache::at(
                std::env::temp_dir()
                    .join(format!("distroless-{}", rustix::process::getuid().as_raw())),
            ),
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
        use std::os::unix::fs::DirBuilderExt;
        let directory = self.directory.join(name);
        // Only this user may read the cache (XDG Base Directory Specification).
        let mut builder = std::fs::DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(&directory);
        made.cannot("create directory", directory.display())?;
        // Another user may have made it since the cache was opened.
        self.check()?;
        Ok(directory)
    }
}
