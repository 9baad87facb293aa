//! The commands: one file for each, with its arguments and its implementation.

mod sbom;

use blob::Result;
use clap::Subcommand;
use worker::Request;

#[derive(Subcommand)]
pub(crate) enum Command {
    Sbom(sbom::Sbom),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Sbom(command) => command.run(request),
        }
    }
}
