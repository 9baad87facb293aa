//! Writes image configs, manifests and indexes, and combines blobs to layouts and archives.
//!
//! `docs/tool_contract.md` describes options and files.

mod commands;
mod files;

use clap::Parser;
use worker::Request;

/// Writes configurations, manifests and indexes of images, and combines blobs into layouts and archives.
#[derive(Parser)]
#[command(name = "index_writer", disable_help_subcommand = true)]
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

#[cfg(test)]
mod tests;
