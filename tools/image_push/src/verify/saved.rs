//! Accepted signatures and statements as files: for the rule `signed_image`, and for `evidence_writer`.

use std::fs;
use std::path::Path;

use blob::{Digest, Outputs, Result, ResultExt};

use super::report::Report;
use crate::statements::file_part;

/// Writes the first accepted bundle of each image to a file `sha256-DIGEST.json`. The directory is made if it does not
/// exist.
///
/// # Errors
///
/// The directory or a file cannot be written. Then no file is changed.
pub(crate) fn save_bundles(report: &Report, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).cannot("write", directory.display())?;
    let mut outputs = Outputs::new();
    for image in report.repositories.iter().flat_map(|found| &found.images) {
        let mut signatures = image.signatures.iter();
        if let Some(signature) = signatures.find(|signature| !signature.bundle.is_empty()) {
            let name = format!("{}.json", image.digest.replace(':', "-"));
            outputs.add(&directory.join(name), &signature.bundle)?;
        }
    }
    outputs.commit()
}

/// Writes a statement about an image to `sha256-DIGEST.TYPE.json`, and its bundle to `sha256-DIGEST.TYPE.sigstore.json`.
/// `number` is 1 for the first statement of this type. The directory is made if it does not exist.
///
/// # Errors
///
/// The directory or a file cannot be written. Then neither file is changed.
pub(super) fn save_statement(
    directory: &Path,
    image: Digest,
    predicate_type: &str,
    number: usize,
    statement: &[u8],
    bundle: &[u8],
) -> Result<()> {
    fs::create_dir_all(directory).cannot("write", directory.display())?;
    let mut name = format!("sha256-{}.{}", image.hex(), file_part(predicate_type));
    if number > 1 {
        name = format!("{name}.{number}");
    }
    let mut outputs = Outputs::new();
    outputs.add(&directory.join(format!("{name}.json")), statement)?;
    outputs.add(&directory.join(format!("{name}.sigstore.json")), bundle)?;
    outputs.commit()
}
