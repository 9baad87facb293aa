//! The known issues of images, by the lock of Debian's security tracker.

use std::collections::BTreeMap;

use blob::Result;
use image_contents::Image;
use serde::Serialize;
use tracker::{Snapshot, State};
use vex::{assess_image, Assessment, Reviews, Status};

/// The tracker and the reviews.
pub(crate) struct Knowledge {
    pub(crate) snapshot: Snapshot,
    pub(crate) reviews: Reviews,
}

/// The issues of the images of one name for one distro.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Issues {
    /// State to the number of issues.
    pub(crate) counts: BTreeMap<String, usize>,
    /// The issues that need attention: first those that an update fixes.
    pub(crate) rows: Vec<Issue>,
    /// The parts that the tracker does not know.
    pub(crate) untracked: Vec<String>,
}

/// An issue that needs attention.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Issue {
    /// Whether a newer version of the package fixes it comes first.
    pub(crate) has_no_update: bool,
    /// `CVE-2024-1234`
    pub(crate) issue: String,
    /// The page of the tracker.
    pub(crate) url: String,
    pub(crate) source: String,
    pub(crate) source_version: String,
    /// The tracker's statement.
    pub(crate) state: String,
    pub(crate) word: String,
    pub(crate) urgency: String,
    /// The binary packages.
    pub(crate) packages: Vec<String>,
    pub(crate) architectures: Vec<String>,
}

/// The issues of one image.
pub(crate) struct Found {
    architecture: String,
    assessments: Vec<Assessment>,
    untracked: Vec<String>,
}

/// Looks up the packages of an image.
pub(crate) fn find(image: &Image, knowledge: &Knowledge) -> Result<Found> {
    let assessed = assess_image(image, &knowledge.snapshot, &knowledge.reviews)?;
    Ok(Found {
        architecture: image.architecture.clone(),
        assessments: assessed.assessments,
        untracked: assessed.untracked.into_iter().collect(),
    })
}

/// The issues of images for several architectures.
pub(crate) fn merge(found: &[Found]) -> Issues {
    let mut rows: BTreeMap<Issue, Vec<String>> = BTreeMap::new();
    for image in found {
        for assessment in &image.assessments {
            let architectures = rows.entry(row(assessment)).or_default();
            architectures.push(image.architecture.clone());
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for (row, architectures) in rows {
        *counts.entry(row.word.clone()).or_default() += 1;
        if !matches!(&*row.word, "fixed" | "not affected" | "not in the image") {
            shown.push(Issue {
                architectures,
                ..row
            });
        }
    }
    let mut untracked: Vec<String> = found.iter().flat_map(|one| one.untracked.clone()).collect();
    untracked.sort_unstable();
    untracked.dedup();
    Issues {
        counts,
        rows: shown,
        untracked,
    }
}

/// The row of an issue, without its architectures.
fn row(assessment: &Assessment) -> Issue {
    let state = &assessment.state;
    let word = match assessment.status() {
        Status::NotAffected(_) if *state != State::NotAffected => "not in the image",
        _ => state.word(),
    };
    let packages = assessment.packages.iter();
    let mut packages: Vec<String> = packages.map(|package| package.name.clone()).collect();
    packages.sort_unstable();
    packages.dedup();
    Issue {
        has_no_update: !matches!(state, State::FixedInNewer { .. }),
        issue: assessment.issue.clone(),
        url: tracker::url(&assessment.issue),
        source: assessment.source.clone(),
        source_version: assessment.source_version.to_string(),
        state: state.to_string(),
        word: word.to_owned(),
        urgency: assessment.urgency.clone().unwrap_or_default(),
        packages,
        architectures: Vec::new(),
    }
}
