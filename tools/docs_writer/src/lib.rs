//! Generates documentation from the images, the rules and the programs. For development only: no image depends on it.

mod comparison;
mod history;
mod images;
mod input;
mod json;
mod number;
mod prose;
mod reference;
mod table;

use std::path::Path;

use blob::{Outputs, Result};
use clap::{Parser, Subcommand};

/// Generates documentation, and checks its language.
#[derive(Parser)]
#[command(name = "docs_writer")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Comparison(comparison::Arguments),
    History(history::Arguments),
    Images(images::Images),
    Module(reference::Module),
    Program(reference::Program),
    Definition(reference::Definition),
    Prose(prose::Prose),
}

/// Runs the command.
///
/// # Errors
///
/// A file cannot be read, or does not have the expected content.
pub fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.command {
        Command::Comparison(command) => command.run(),
        Command::History(command) => command.run(),
        Command::Images(command) => command.run(),
        Command::Module(command) => command.run(),
        Command::Program(command) => command.run(),
        Command::Definition(command) => command.run(),
        Command::Prose(command) => command.run(),
    }
}

/// Writes a page to its path.
fn write_page(path: &Path, page: &str) -> Result<()> {
    let mut outputs = Outputs::new();
    outputs.add(path, page.as_bytes())?;
    outputs.commit()
}
