//! Writes image configs, manifests and indexes, and puts finished blobs together to layouts and archives.
//!
//! The flags and files are those of `docs/tool_contract.md`.

mod commands;
mod files;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::Parser;
use worker::Request;

/// Writes image configs, manifests and indexes, and puts finished blobs together to layouts and archives.
#[derive(Parser)]
#[command(name = "index_writer", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn run(request: &Request) -> Result<(), String> {
    let name = std::iter::once("index_writer");
    let words = name.chain(request.arguments.iter().map(String::as_str));
    match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments
            .command
            .run(request)
            .map_err(|error| error.to_string()),
        // On standard error: a worker's standard output belongs to the protocol.
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            write!(io::stderr(), "{error}").map_err(|error| error.to_string())
        }
        Err(error) => {
            let text = error.to_string();
            let text = text.trim_end();
            Err(text.strip_prefix("error: ").unwrap_or(text).to_owned())
        }
    }
}

fn main() -> ExitCode {
    worker::main(run)
}

#[cfg(test)]
mod tests;
