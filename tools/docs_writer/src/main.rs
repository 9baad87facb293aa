//! Generates documentation from the images, the rules and the programs. For development only: no image depends on it.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use docs_writer::Arguments;

fn main() -> ExitCode {
    let (text, code) = match Arguments::try_parse() {
        Ok(arguments) => match docs_writer::run(&arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}\n"), ExitCode::FAILURE),
        },
        Err(help) if !help.use_stderr() => (help.to_string(), ExitCode::SUCCESS),
        Err(error) => {
            message::print_usage_error(&error);
            return ExitCode::from(2);
        }
    };
    // If standard error is closed, the exit code still reports the failure.
    let _ = io::stderr().write_all(text.as_bytes());
    code
}
