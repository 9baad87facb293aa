//! Writes layers that are not a whole package: listed files, certificates in several formats, BusyBox, the loader's
//! cache, files of release archives, dpkg's status files, merged layers.
//!
//! `docs/tool_contract.md` describes inputs and outputs.

mod archive;
mod assemble;
mod dpkg;
mod input;
mod merge;

use worker::Request;

/// Runs one request.
///
/// # Errors
///
/// The message of the command, with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    assemble::run(request).map_err(|error| error.to_string())
}
