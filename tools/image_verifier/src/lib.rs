//! Verifies the signatures of an image, and copies its documents if one of them is accepted.
//!
//! `docs/tool_contract.md` describes options and files. An arrow means "uses":
//!
//! ```text
//! verifier ─▶ signers, members, copies ─▶ files
//! ```

mod copies;
mod files;
mod members;
mod signers;
mod verifier;

use worker::Request;

/// Runs one request.
///
/// # Errors
///
/// The message, with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    match worker::parse::<verifier::Verifier>(&request.arguments)? {
        Some(verifier) => verifier.run(request).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}
