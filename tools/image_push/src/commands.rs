//! The commands: one file for each, with its options. The work is done in the directory of the same name.

mod load;
mod push;
mod tags;

use blob::Result;
use clap::Subcommand;

/// A command of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Load(load::Load),
    Push(push::Push),
    Tags(tags::Tags),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Load(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Tags(command) => command.run(),
        }
    }
}
