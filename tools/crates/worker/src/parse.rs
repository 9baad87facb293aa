use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::Parser;

/// Parses the arguments of a request into the options of a tool. `None` if it was a request for help, which is printed
/// here.
///
/// # Errors
///
/// The arguments are invalid, or the help cannot be printed. The error is a message for [`crate::main`].
pub fn parse<T: Parser>(arguments: &[String]) -> Result<Option<T>, String> {
    let name = T::command().get_name().to_owned();
    let words = std::iter::once(&name).chain(arguments);
    match T::try_parse_from(words) {
        Ok(parsed) => Ok(Some(parsed)),
        // Help is printed to standard error, because a worker's standard output belongs to the protocol.
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            write!(io::stderr(), "{error}").map_err(|error| error.to_string())?;
            Ok(None)
        }
        Err(error) => {
            let text = error.to_string();
            let text = text.trim_end();
            Err(text.strip_prefix("error: ").unwrap_or(text).to_owned())
        }
    }
}
