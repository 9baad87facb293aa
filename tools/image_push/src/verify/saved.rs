//! Accepted signatures as files, for the rule `signed_image`.

use std::fs;
use std::path::Path;

use blob::{Outputs, Result, ResultExt};

use super::report::Report;

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
