//! Parsers without the rest of the program, for `/fuzz`.

use blob::Result;

use crate::config::{self, Config};

/// Reads a test file of this name.
///
/// # Errors
///
/// The problem and its position.
pub fn config(name: &str, bytes: &[u8]) -> Result<()> {
    Config::parse(name, bytes).map(drop)
}

/// Whether a regular expression of a test file is found in these bytes.
///
/// # Errors
///
/// The problem of the expression.
pub fn pattern(source: &str, bytes: &[u8]) -> std::result::Result<bool, String> {
    config::Pattern::new(source).map(|pattern| pattern.is_in(bytes))
}

/// Replaces the variables in a text, each by its name.
pub fn expand(text: &str) -> String {
    config::expand(text, |name| Some(name.to_owned()))
}
