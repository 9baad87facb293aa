//! Verifies the chain from the signatures of repositories to an image, offline, and says for each link whether it holds.
//!
//! A link compares two neighbours of the chain. If an earlier link is broken, the later ones that need it are unknown, so
//! that one fault breaks one link.
//!
//! `docs/tool_contract.md` describes options and files. An arrow means "uses":
//!
//! ```text
//! verifier ─▶ links/{repository, package, deb, layer, image, provenance} ─▶ layout, layer_content, deb_content ─▶ entry
//!          └▶ report
//! ```

mod deb_content;
mod entry;
mod files;
mod layer_content;
mod layout;
mod links;
mod locks;
mod report;
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
