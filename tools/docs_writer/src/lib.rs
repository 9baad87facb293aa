//! Writes documentation from what there is. For development only: no image is made by it.

mod images;
mod reference;
mod table;

use std::path::Path;

use blob::{Outputs, Result};
use clap::{Parser, Subcommand};

/// Writes documentation from what there is.
#[derive(Parser)]
#[command(name = "docs_writer")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Images(images::Images),
    Module(reference::Module),
    Program(reference::Program),
}

/// Writes the page that is asked for.
///
/// # Errors
///
/// A file that cannot be read, or says something else than expected.
pub fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.command {
        Command::Images(command) => command.run(),
        Command::Module(command) => command.run(),
        Command::Program(command) => command.run(),
    }
}

/// Puts a page to its place.
fn write_page(path: &Path, page: &str) -> Result<()> {
    let mut outputs = Outputs::new();
    outputs.add(path, page.as_bytes())?;
    outputs.commit()
}
