//! The commands: one file for each, with its options. The work is done in the directory of the same name.

mod copy;
mod load;
mod prune;
mod push;
mod tags;

use blob::Result;
use clap::Subcommand;

/// A command of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Copy(copy::Copy),
    Load(load::Load),
    Prune(prune::Prune),
    Push(push::Push),
    Tags(tags::Tags),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Copy(command) => command.run(),
            Self::Load(command) => command.run(),
            Self::Prune(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Tags(command) => command.run(),
        }
    }
}
