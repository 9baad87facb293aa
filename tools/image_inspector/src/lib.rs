//! Inspects images from the metadata and content lists of their layers and from their packages, without reading layers.
//!
//! `docs/tool_contract.md` describes options and files.

mod commands;
mod layers;
mod scripts;

use clap::Parser;
use worker::Request;

/// Inspects images by the content lists of their layers and by their packages, without reading layers.
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
