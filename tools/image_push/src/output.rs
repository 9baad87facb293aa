//! The output of the program: results on standard output, progress on standard error.

use std::fmt;
use std::io::{self, Write};

use blob::{Error, Result, ResultExt};
use transfer::Progress;

/// Prints a line of the result. Text of a registry or an image cannot control the terminal, or begin another line.
///
/// # Errors
///
/// Standard output cannot be written. A closed pipe is an error, too: the result is incomplete.
pub(crate) fn line(line: fmt::Arguments<'_>) -> Result<()> {
    write(&message::escape(&line.to_string()))
}

/// Prints a document of several lines, such as JSON, which has its own escapes.
///
/// # Errors
///
/// As [`line`].
pub(crate) fn document(text: &str) -> Result<()> {
    write(text)
}

fn write(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}").cannot("write", "standard output")
}

/// Prints an error. A message may have a URL with a password, and text of a registry.
pub(crate) fn error(error: &Error) {
    let text = message::redact_all(&error.to_string());
    let lines: Vec<String> = text.lines().map(message::escape).collect();
    let _ = writeln!(io::stderr(), "error: {}", lines.join("\n"));
}

/// The progress of network operations.
pub(crate) fn progress() -> Progress {
    Progress::on_standard_error()
}

/// Prints all errors except the last one, which is the result of the command.
///
/// # Errors
///
/// The last of the errors, if there is one.
pub(crate) fn last_of(mut errors: Vec<Error>) -> Result<()> {
    let Some(last) = errors.pop() else {
        return Ok(());
    };
    errors.iter().for_each(self::error);
    Err(last)
}

/// Prints help, or an error about the command line.
pub(crate) fn usage(error: &clap::Error) {
    if error.use_stderr() {
        message::print_usage_error(error);
    } else {
        let _ = error.print();
    }
}
