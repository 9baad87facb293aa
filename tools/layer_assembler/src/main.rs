//! Assembles layers that are not one package: files of a list, certificates in their forms, BusyBox, the loader's cache,
//! files of a release archive, what dpkg knows of packages, other layers.
//!
//! `docs/tool_contract.md` says what goes in and what comes out.

mod archive;
mod assemble;
mod dpkg;
mod merge;

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(|request| assemble::run(request).map_err(|error| error.to_string()))
}
