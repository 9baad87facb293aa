//! Looks at images by what their layers list and their packages say, and reads no layer.
//!
//! The flags and files are those of `docs/tool_contract.md`.

mod commands;
mod layers;
mod scripts;

use clap::Parser;
use worker::Request;

/// Looks at images by what their layers list and their packages say, and reads no layer.
#[derive(Parser)]
#[command(name = "image_inspector", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

/// Runs one request.
///
/// # Errors
///
/// What the command says, as one text with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    match worker::parse::<Arguments>(&request.arguments)? {
        Some(arguments) => arguments
            .command
            .run(request)
            .map_err(|error| error.to_string()),
        None => Ok(()),
    }
}
