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

/// The variable that names a file with options, one on each line: the executable of a test has no arguments.
const FLAGS: &str = "CHAIN_VERIFIER_FLAGS";

/// Runs one request.
///
/// # Errors
///
/// The message, with its hint.
pub fn run(request: &Request) -> Result<(), String> {
    let mut arguments = match std::env::var_os(FLAGS) {
        Some(file) => flags(std::path::Path::new(&file))?,
        None => Vec::new(),
    };
    arguments.extend(request.arguments.iter().cloned());
    match worker::parse::<verifier::Verifier>(&arguments)? {
        Some(verifier) => verifier.run(request).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

/// The options in a file that the rule `image_chain_test` wrote.
fn flags(file: &std::path::Path) -> Result<Vec<String>, String> {
    let text = blob::read_text(file, worker::MAX_PARAMETERS);
    let text = text.map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    worker::parameters(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_of_options_is_refused() {
        let error = flags(std::path::Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error, "cannot read `/dev/zero`: it is not a regular file");
    }
}
