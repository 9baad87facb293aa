//! The commands: one file for each, with its arguments and its implementation.

mod assessed;
mod contents;
mod diff;
mod explain;
mod index_contents;
mod provenance;
mod rebuild;
mod sbom;
mod vex;
mod vex_gate;

use blob::Result;
use clap::Subcommand;
use worker::Request;

pub use sbom::SbomOptions;

#[derive(Subcommand)]
pub(crate) enum Command {
    Contents(contents::ImageContents),
    Diff(diff::Diff),
    Explain(explain::Explain),
    IndexContents(index_contents::IndexContents),
    Provenance(provenance::Provenance),
    Rebuild(rebuild::Rebuild),
    Sbom(sbom::Sbom),
    Vex(vex::Vex),
    VexGate(vex_gate::VexGate),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Contents(command) => command.run(request),
            Self::Diff(command) => command.run(request),
            Self::Explain(command) => command.run(request),
            Self::IndexContents(command) => command.run(request),
            Self::Provenance(command) => command.run(request),
            Self::Rebuild(command) => command.run(request),
            Self::Sbom(command) => command.run(request),
            Self::Vex(command) => command.run(request),
            Self::VexGate(command) => command.run(request),
        }
    }
}
