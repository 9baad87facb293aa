//! `debian_lock cache`: the directory of downloads.

use std::path::PathBuf;
use std::time::Duration;

use blob::Result;
use clap::{Args, Subcommand};
use transfer::Progress;

/// The commands of `cache`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Delete downloads that were not used recently
    Clean(CleanOptions),
}

/// The options of `cache clean`.
#[derive(Args, Debug)]
pub struct CleanOptions {
    /// Delete downloads that were not used for this number of days; 0 deletes all
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    older_than: u64,
    /// Directory of cached downloads [default: distroless below $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

impl Command {
    pub(crate) fn run(&self) -> Result<()> {
        let Self::Clean(options) = self;
        options.run()
    }
}

impl CleanOptions {
    /// The directory of the cache, if there is a cache.
    pub fn directory(&self) -> Option<PathBuf> {
        let cache = super::options::cache(self.cache.as_deref());
        cache.directory().map(PathBuf::from)
    }

    /// The time without use after which a file is deleted.
    pub fn age(&self) -> Duration {
        Duration::from_secs(self.older_than.saturating_mul(24 * 60 * 60))
    }

    /// Deletes the downloads.
    ///
    /// # Errors
    ///
    /// The directory is no cache, or a file cannot be deleted.
    pub fn run(&self) -> Result<()> {
        let cache = super::options::cache(self.cache.as_deref());
        cache.check()?;
        let age = self.age();
        let cleaned = cache.clean(Some(age).filter(|age| !age.is_zero()))?;
        let (files, megabytes) = (cleaned.files, cleaned.bytes as f64 / 1e6);
        Progress::on_standard_error().line(&format!("{files} files deleted, {megabytes:.1} MB"));
        Ok(())
    }
}
