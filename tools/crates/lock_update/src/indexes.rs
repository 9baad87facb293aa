//! The indexes of a manifest's suites.

use apt_archive::Fetch;
use blob::Result;

use crate::available::IndexReader;
use crate::manifest::Manifest;
use crate::open::open_all;
use crate::settings::Settings;

/// Passes the verified `Packages` texts of a manifest's suites to `give`, by source and architecture. This needs no
/// lock.
///
/// # Errors
///
/// Fails if the manifest is invalid, if a repository cannot be read or verified, or if `give` fails.
pub fn indexes(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    mut give: impl FnMut(&str, &str, &str) -> Result<()>,
) -> Result<()> {
    manifest.check()?;
    let sources = open_all(manifest, fetch, settings, None)?;
    let reader = IndexReader {
        manifest,
        sources: &sources,
        debs: &[],
        fetch,
        positions: None,
    };
    for opened in sources.iter().filter(|opened| opened.suite().is_some()) {
        for architecture in &manifest.archs {
            if let Some(text) = reader.text(opened, architecture)? {
                give(opened.source.key(), architecture, &text)?;
            }
        }
    }
    Ok(())
}
