//! `debian_lock cache`: the directory of downloads.

use std::path::PathBuf;
use std::time::Duration;

use blob::Result;
use clap::{Args, Subcommand};
use transfer::{Cache, Progress};

/// The commands of `cache`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Delete downloads that were not used recently
    Clean {
        #[command(flatten)]
        options: CleanOptions,
        /// Directory of cached downloads [default: distroless below $XDG_CACHE_HOME or ~/.cache]
        #[arg(long, value_name = "DIR")]
        cache: Option<PathBuf>,
    },
}

/// What `cache clean` deletes.
#[derive(Args, Debug)]
pub struct CleanOptions {
    /// Delete files that were not used for this number of days; 0 deletes all
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    older_than: u64,
}

impl Command {
    pub(crate) fn run(&self) -> Result<()> {
        let Self::Clean { options, cache } = self;
        let cache = super::options::cache(cache.as_deref());
        cache.check()?;
        options.clean(&cache)
    }
}

impl CleanOptions {
    /// The time without use after which a file is deleted.
    pub fn age(&self) -> Duration {
        Duration::from_secs(self.older_than.saturating_mul(24 * 60 * 60))
    }

    /// Deletes the downloads of a cache, which the caller has checked.
    ///
    /// # Errors
    ///
    /// A directory cannot be read, or a file cannot be deleted. The others are deleted.
    pub fn clean(&self, cache: &Cache) -> Result<()> {
        let age = self.age();
        let (cleaned, result) = cache.clean(Some(age).filter(|age| !age.is_zero()));
        let (files, megabytes) = (cleaned.files, cleaned.bytes as f64 / 1e6);
        Progress::on_standard_error().line(&format!("{files} files deleted, {megabytes:.1} MB"));
        result
    }
}
