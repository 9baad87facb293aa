//! Writes the catalogue site. For development only: no image depends on it.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use site_writer::Arguments;

fn main() -> ExitCode {
    let (text, code) = match Arguments::try_parse() {
        Ok(arguments) => match site_writer::run(&arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}\n"), ExitCode::FAILURE),
        },
        Err(help) if !help.use_stderr() => (help.to_string(), ExitCode::SUCCESS),
        // The error repeats words of the command line, which must not control the terminal.
        Err(error) => (message::escape_lines(&error.to_string()), ExitCode::from(2)),
    };
    // If standard error is closed, the exit code still reports the failure.
    let _ = io::stderr().write_all(text.as_bytes());
    code
}
