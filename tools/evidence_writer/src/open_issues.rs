//! The issues of Debian's security tracker that affect the images of a contents file.

use std::collections::BTreeMap;

use blob::{Digest, Result};
use contents_diff::Issues;
use image_contents::Contents;
use tracker::{Snapshot, State};
use vex::{Reviews, Status};

/// The issues that affect each image, or may affect it, in the tracker's words.
///
/// # Errors
///
/// The snapshot does not cover a release or a source package of an image.
pub(crate) fn open_issues(
    contents: &Contents,
    (snapshot, reviews): &(Snapshot, Reviews),
) -> Result<BTreeMap<Digest, Issues>> {
    let mut all = BTreeMap::new();
    for image in contents.images() {
        let assessed = vex::assess_image(image, snapshot, reviews)?;
        let mut open: BTreeMap<(String, String), String> = BTreeMap::new();
        for assessment in &assessed.assessments {
            let is_open = match assessment.status() {
                Status::Affected { .. } => true,
                Status::UnderInvestigation => assessment.state != State::NotListed,
                Status::Fixed | Status::NotAffected(_) => false,
            };
            if is_open {
                let key = (assessment.issue.clone(), assessment.source.clone());
                open.entry(key)
                    .or_insert_with(|| assessment.state.to_string());
            }
        }
        let snapshot = snapshot.time.to_string();
        all.insert(image.digest, Issues { snapshot, open });
    }
    Ok(all)
}
