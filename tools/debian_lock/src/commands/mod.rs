//! The commands, one file each.

mod update;

use blob::Result;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask the archives and write the lock of each manifest, or with --check say whether they would change
    Update(update::Options),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Update(options) => options.run(),
        }
    }
}
