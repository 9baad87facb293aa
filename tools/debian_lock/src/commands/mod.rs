//! The commands, one file for each.

mod cache;
mod chain;
mod check;
mod import;
mod indexes;
mod libraries;
mod locking;
mod manifest_source;
mod network;
mod options;
mod resolve;
mod tracker;
mod update;
mod why;

use std::process::ExitCode;

use blob::Result;
use clap::Subcommand;

pub use cache::CleanOptions;
pub use locking::{lock, LockOptions};
pub use manifest_source::ManifestSource;
pub use options::RepositoryOptions;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Query the repositories and write the lock of each manifest; with --check, only report changes
    Update(Box<update::Options>),
    /// Print packages with all their dependencies for one architecture; write no file
    Resolve(resolve::Options),
    /// Explain why a lock contains packages
    Why(why::Options),
    /// Write the verified package indexes of manifests as plain text
    Indexes(indexes::Options),
    /// Write, for each manifest, a list of the libraries in its repositories and their packages
    Libraries(libraries::Options),
    /// Lock the part of Debian's security tracker that is about the packages of locks
    Tracker(tracker::Options),
    /// Download the files of repositories that prove locks, for chain_verifier
    Chain(chain::Options),
    /// Convert a manifest and a lock of rules_distroless
    Import(import::Options),
    /// Manage the cache of downloads
    #[command(subcommand)]
    Cache(cache::Command),
}

impl Command {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Update(options) => return options.run(),
            Self::Resolve(options) => options.run(),
            Self::Why(options) => options.run(),
            Self::Chain(options) => options.run(),
            Self::Import(options) => options.run(),
            Self::Indexes(options) => options.run(),
            Self::Libraries(options) => options.run(),
            Self::Tracker(options) => options.run(),
            Self::Cache(command) => command.run(),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}
