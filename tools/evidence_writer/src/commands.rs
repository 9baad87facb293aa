//! The commands: one file for each, with its arguments and its implementation.

mod contents;
mod index_contents;
mod sbom;

use blob::Result;
use clap::Subcommand;
use worker::Request;

#[derive(Subcommand)]
pub(crate) enum Command {
    Contents(contents::ImageContents),
    IndexContents(index_contents::IndexContents),
    Sbom(sbom::Sbom),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Contents(command) => command.run(request),
            Self::IndexContents(command) => command.run(request),
            Self::Sbom(command) => command.run(request),
        }
    }
}
