//! The output of the program: results on standard output, progress on standard error.

use std::fmt;
use std::io::{self, Write};

use blob::{Error, Result, ResultExt};
use transfer::Progress;

/// Prints a line of the result.
///
/// # Errors
///
/// Standard output cannot be written. A closed pipe is an error, too: the result is incomplete.
pub(crate) fn line(line: fmt::Arguments<'_>) -> Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}").cannot("write", "standard output")
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
    for error in errors {
        let error = message::redact_all(&error.to_string());
        let _ = writeln!(io::stderr(), "error: {error}");
    }
    Err(last)
}
