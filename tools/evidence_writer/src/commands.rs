//! The commands: one file for each, with its arguments and its implementation.

mod assessed;
mod explain;
mod sbom;
mod vex;
mod vex_gate;

use blob::Result;
use clap::Subcommand;
use worker::Request;

#[derive(Subcommand)]
pub(crate) enum Command {
    Explain(explain::Explain),
    Sbom(sbom::Sbom),
    Vex(vex::Vex),
    VexGate(vex_gate::VexGate),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Explain(command) => command.run(request),
            Self::Sbom(command) => command.run(request),
            Self::Vex(command) => command.run(request),
            Self::VexGate(command) => command.run(request),
        }
    }
}
