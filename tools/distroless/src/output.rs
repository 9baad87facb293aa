//! The output of the program: results on standard output, errors on standard error.

use std::fmt;
use std::io::{self, Write};

use blob::{Error, Result, ResultExt};

/// Prints a line of the result. Text of an image cannot control the terminal, or begin another line.
///
/// # Errors
///
/// Standard output cannot be written. A closed pipe is an error, too: the result is incomplete.
pub(crate) fn line(line: fmt::Arguments<'_>) -> Result<()> {
    let text = message::escape(&line.to_string());
    document(format!("{text}\n").as_bytes())
}

/// Prints a document, such as JSON, as it is.
///
/// # Errors
///
/// As [`line`].
pub(crate) fn document(bytes: &[u8]) -> Result<()> {
    let mut output = io::stdout().lock();
    output
        .write_all(bytes)
        .and_then(|()| output.flush())
        .cannot("write", "standard output")
}

/// Prints an error. A message may have a URL with a password, and text of a file or a registry.
pub(crate) fn error(error: &Error) {
    let text = message::redact_all(&error.to_string());
    let _ = writeln!(io::stderr(), "error: {}", message::escape_lines(&text));
}

/// Prints help, or an error about the command line.
pub(crate) fn usage(error: &clap::Error) {
    if error.use_stderr() {
        message::print_usage_error(error);
    } else {
        let _ = error.print();
    }
}
