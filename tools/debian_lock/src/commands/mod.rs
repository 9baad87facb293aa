//! The commands, one file for each.

mod cache;
mod import;
mod indexes;
mod libraries;
mod options;
mod resolve;
mod update;
mod why;

use blob::Result;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask the archives and write the lock of each manifest, or with --check say whether they would change
    Update(update::Options),
    /// Print what packages need, all in all, for one architecture; write nothing
    Resolve(resolve::Options),
    /// Say what packages of a lock are there for
    Why(why::Options),
    /// Write the verified package indexes of manifests as plain text
    Indexes(indexes::Options),
    /// Write which package of the archives has which library, for each manifest
    Libraries(libraries::Options),
    /// Make a manifest and a lock of those of rules_distroless
    Import(import::Options),
    /// Tidy the folder that keeps downloads
    #[command(subcommand)]
    Cache(cache::Command),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Update(options) => options.run(),
            Self::Resolve(options) => options.run(),
            Self::Why(options) => options.run(),
            Self::Import(options) => options.run(),
            Self::Indexes(options) => options.run(),
            Self::Libraries(options) => options.run(),
            Self::Cache(command) => command.run(),
        }
    }
}
