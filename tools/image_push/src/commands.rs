//! The commands: one file for each, with its options. The work is done in the directory of the same name.

mod attach;
mod copy;
mod diff;
mod generate_key;
mod load;
mod prune;
mod push;
mod sign;
mod sign_statement;
mod tags;
mod verify;

use blob::Result;
use clap::Subcommand;

pub use attach::Attach;
pub use copy::Copy;
pub use diff::DiffOptions;
pub use generate_key::GenerateKey;
pub use load::LoadOptions;
pub use push::PushOptions;
pub use sign::Sign;
pub use verify::Verify;

/// A command of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Attach(attach::Attach),
    Copy(copy::Copy),
    Diff(diff::Diff),
    GenerateKey(generate_key::GenerateKey),
    Load(load::Load),
    Prune(prune::Prune),
    Push(push::Push),
    Sign(sign::Sign),
    SignStatement(sign_statement::SignStatement),
    Tags(tags::Tags),
    Verify(verify::Verify),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Attach(command) => command.run(),
            Self::Copy(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::GenerateKey(command) => command.run(),
            Self::Load(command) => command.run(),
            Self::Prune(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Sign(command) => command.run(),
            Self::SignStatement(command) => command.run(),
            Self::Tags(command) => command.run(),
            Self::Verify(command) => command.run(),
        }
    }
}
