//! Generates documentation from the images, the rules and the programs. For development only: no image depends on it.

mod images;
mod prose;
mod reference;
mod table;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use blob::{Outputs, Result};
use clap::{Parser, Subcommand};

/// Writes documentation from what there is.
#[derive(Parser)]
#[command(name = "docs_writer")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Images(images::Images),
    Module(reference::Module),
    Program(reference::Program),
    Prose(prose::Prose),
}

fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.command {
        Command::Images(command) => command.run(),
        Command::Module(command) => command.run(),
        Command::Program(command) => command.run(),
        Command::Prose(command) => command.run(),
    }
}

/// Writes a page to its path.
fn write_page(path: &Path, page: &str) -> Result<()> {
    let mut outputs = Outputs::new();
    outputs.add(path, page.as_bytes())?;
    outputs.commit()
}

fn main() -> ExitCode {
    let (text, code) = match Arguments::try_parse() {
        Ok(arguments) => match run(&arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}\n"), ExitCode::FAILURE),
        },
        Err(help) if !help.use_stderr() => (help.to_string(), ExitCode::SUCCESS),
        Err(error) => (error.to_string(), ExitCode::FAILURE),
    };
    // If standard error is closed, the exit code still reports the failure.
    let _ = io::stderr().write_all(text.as_bytes());
    code
}
