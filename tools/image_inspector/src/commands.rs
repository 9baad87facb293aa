//! The commands: one file for each, with its arguments and its implementation.

mod check;
mod join;
mod report;

use blob::Result;
use clap::Subcommand;
use worker::Request;

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Join(join::Join),
    Report(report::Report),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Check(command) => command.run(request),
            Self::Join(command) => command.run(request),
            Self::Report(command) => command.run(request),
        }
    }
}
