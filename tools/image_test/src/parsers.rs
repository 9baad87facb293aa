//! Parsers without the rest of the program, for `/fuzz`.

use blob::Result;

use crate::config::{self, Config};

/// Reads a test file of this name.
///
/// # Errors
///
/// What is wrong with it, and where.
pub fn config(name: &str, bytes: &[u8]) -> Result<()> {
    Config::parse(name, bytes).map(drop)
}

/// Whether a regular expression of a test file is found in these bytes.
///
/// # Errors
///
/// What is wrong with the expression.
pub fn pattern(source: &str, bytes: &[u8]) -> std::result::Result<bool, String> {
    config::Pattern::new(source).map(|pattern| pattern.is_in(bytes))
}

/// Replaces the variables in a text, each by its name.
pub fn expand(text: &str) -> String {
    config::expand(text, |name| Some(name.to_owned()))
}

/// Looks a command's user up in the files of an image: user and group.
///
/// # Errors
///
/// Who is not there.
#[cfg(target_os = "linux")]
pub fn user(text: &str, passwd: &str, group: &str) -> std::result::Result<(u32, u32), String> {
    crate::commands::user_of(text, passwd, group)
}
