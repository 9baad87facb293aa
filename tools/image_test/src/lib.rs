//! Tests a container image: runs the tests in files of container-structure-test, and checks that apply to every image.
//!
//! Files, contents and metadata are read from the layers. The image is unpacked only for command tests, which run in a
//! private root.

mod checks;
mod cli;
mod commands;
mod config;
mod environment;
mod outcome;
pub mod parsers;
mod report;
mod run;
mod structure;

use std::io::Write;
use std::process::ExitCode;

pub use checks::names_for_rule;
pub use cli::{with_checks, Arguments, TestOptions};
pub use run::run;

/// Runs the program.
pub fn main() -> ExitCode {
    if let Some(code) = container_run::run_role(std::env::args_os()) {
        return ExitCode::from(code);
    }
    match run_command_line() {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run_command_line() -> blob::Result<ExitCode> {
    let mut arguments = Vec::new();
    for words in cli::words()? {
        match cli::Arguments::from_words(words) {
            Ok(parsed) => arguments.push(parsed),
            Err(error) => {
                let code = u8::from(error.use_stderr());
                print_usage(&error);
                return Ok(ExitCode::from(code));
            }
        }
    }
    Ok(if run(&arguments, &mut std::io::stdout())? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints help, or an error about the command line.
fn print_usage(error: &clap::Error) {
    if error.use_stderr() {
        message::print_usage_error(error);
    } else {
        let _ = error.print();
    }
}
