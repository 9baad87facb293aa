//! `cache`: the directory of cached files.

use blob::Result;
use clap::Subcommand;
use debian_lock::CleanOptions;

/// Manage the cache
#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Delete files that were not used recently
    Clean(CleanOptions),
}

impl Cache {
    pub(crate) fn run(&self) -> Result<()> {
        let Self::Clean(options) = self;
        options.run()
    }
}
