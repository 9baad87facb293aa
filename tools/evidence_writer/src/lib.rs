//! Writes evidence about images: their contents and the documents that are made from these. It has no network code.
//!
//! `docs/tool_contract.md` describes options and files.

mod commands;
mod comparison;
mod files;
mod open_issues;
mod start;

use clap::Parser;
use worker::Request;

pub use commands::SbomOptions;
pub use start::main;

/// Writes evidence about images: their contents, and documents made from these.
#[derive(Parser)]
#[command(name = "evidence_writer", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

/// Runs one request.
///
/// # Errors
///
/// The message of the command, with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    match worker::parse::<Arguments>(&request.arguments)? {
        Some(arguments) => arguments
            .command
            .run(request)
            .map_err(|error| error.to_string()),
        None => Ok(()),
    }
}
