//! Converts a Debian package to a layer.
//!
//! `docs/tool_contract.md` describes inputs and outputs.

mod extract;

use worker::Request;

/// Runs one request.
///
/// # Errors
///
/// The message of the command, with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    extract::run(request).map_err(|error| error.to_string())
}
