use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::Parser;

/// Reads the arguments of a request into the flags of a tool. `None` if they ask for help, which was given.
///
/// The error is text for [`crate::main`].
pub fn parse<T: Parser>(arguments: &[String]) -> Result<Option<T>, String> {
    let name = T::command().get_name().to_owned();
    let words = std::iter::once(&name).chain(arguments);
    match T::try_parse_from(words) {
        Ok(parsed) => Ok(Some(parsed)),
        // On standard error: a worker's standard output belongs to the protocol.
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
