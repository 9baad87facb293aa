//! Looks up each source package of an image in the tracker.

use std::collections::BTreeSet;

use blob::{Digest, Error, Result};
use deb::Version;
use image_contents::{Contents, Image, Index};
use tracker::{Issue, Snapshot, State};

use crate::review::{Absence, Reviews};
use crate::subject::{BinaryPackage, Source, Subject};

/// The issues of an image, or of an image index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The name of the image: `static:debian12`.
    pub name: String,
    /// The digest of the manifest or index.
    pub digest: Digest,
    /// The platform, `linux/arm64`; `None` for an index.
    pub platform: Option<String>,
    /// The creation time: `2026-11-20T02:11:10Z`.
    pub created: String,
    /// The names of the locks of its packages: `debian12`.
    pub locks: BTreeSet<String>,
    /// The parts that are no Debian packages, about which the tracker says nothing: `nodejs 24.11.1`.
    pub untracked: BTreeSet<String>,
    /// Sorted by issue, source package, version and release.
    pub assessments: Vec<Assessment>,
}

/// An issue of one version of a source package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The issue: `CVE-2024-1234`.
    pub issue: String,
    /// The source package.
    pub source: String,
    /// The version of the source package.
    pub source_version: Version,
    /// The codename of the Debian release that it comes from.
    pub release: String,
    /// The binary packages of this source package that the image has, sorted.
    pub packages: Vec<BinaryPackage>,
    /// The tracker's statement.
    pub state: State,
    /// The tracker's urgency.
    pub urgency: Option<String>,
    /// The proof that the image has no affected part, if a review gives it.
    pub absence: Option<Absence>,
}

/// Assesses a contents file: an image, or an index and then its images.
///
/// # Errors
///
/// As [`assess_image`] and [`assess_index`].
pub fn assess(
    contents: &Contents,
    snapshot: &Snapshot,
    reviews: &Reviews,
) -> Result<Vec<Assessed>> {
    match contents {
        Contents::Image(image) => Ok(vec![assess_image(image, snapshot, reviews)?]),
        Contents::Index(index) => assess_index(index, snapshot, reviews),
    }
}

/// Assesses the packages of an image.
///
/// # Errors
///
/// - The image is not one of Debian, or the release of a package is unknown.
/// - The snapshot does not cover a release or a source package. The message names all of them.
/// - The version of a source package is malformed.
pub fn assess_image(image: &Image, snapshot: &Snapshot, reviews: &Reviews) -> Result<Assessed> {
    assess_subject(&Subject::image(image), snapshot, reviews)
}

/// Assesses an image index: first the index, as one image with the packages of all its images, then each image.
///
/// A scanner that is asked for the index may look at any of its images. So the index is not free of an issue unless all
/// images are.
///
/// # Errors
///
/// The index has no image, or [`assess_image`] fails.
pub fn assess_index(
    index: &Index,
    snapshot: &Snapshot,
    reviews: &Reviews,
) -> Result<Vec<Assessed>> {
    let whole = Subject {
        name: &index.name,
        digest: index.digest,
        platform: None,
        created: &index.created,
        images: &index.images,
    };
    if index.images.is_empty() {
        return Err(Error::cannot("assess", whole.object(), "it has no image"));
    }
    // The order of the descriptors in an index is no fact about the images.
    let mut images: Vec<&Image> = index.images.iter().collect();
    images.sort_by_key(|image| (image.platform(), image.digest));
    let subjects = images.into_iter().map(Subject::image);
    let all = [whole].into_iter().chain(subjects);
    all.map(|subject| assess_subject(&subject, snapshot, reviews))
        .collect()
}

fn assess_subject(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    reviews: &Reviews,
) -> Result<Assessed> {
    let sources = subject
        .sources(snapshot)
        .map_err(|cause| Error::cannot("assess", subject.object(), cause))?;
    check_coverage(subject, snapshot, sources.keys())?;
    let present = reviews.present(subject);
    let mut assessments = Vec::new();
    for (source, packages) in sources {
        let version: Version = source
            .version
            .parse()
            .map_err(|error: Error| error.within("assess", subject.object()))?;
        for (name, issue) in snapshot.issues(source.name).into_iter().flatten() {
            assessments.push(Assessment {
                absence: reviews.absence(source.name, name, &present),
                packages: packages.iter().cloned().collect(),
                ..assessment(source, &version, name, issue)
            });
        }
    }
    // Source packages are in order already, and the sort is stable.
    assessments.sort_by(|left, right| left.issue.cmp(&right.issue));
    Ok(Assessed {
        name: subject.name.to_owned(),
        digest: subject.digest,
        platform: subject.platform.clone(),
        created: subject.created.to_owned(),
        locks: subject.locks(),
        untracked: subject.untracked(),
        assessments,
    })
}

/// The tracker's statement.
fn assessment(source: Source<'_>, version: &Version, name: &str, issue: &Issue) -> Assessment {
    let record = issue.releases.get(source.release);
    Assessment {
        issue: name.to_owned(),
        source: source.name.to_owned(),
        source_version: version.clone(),
        release: source.release.to_owned(),
        packages: Vec::new(),
        state: record.map_or(State::NotListed, |record| State::of(record, version)),
        urgency: record.and_then(|record| record.urgency.clone()),
        absence: None,
    }
}

/// Whether the snapshot covers the releases and the source packages.
fn check_coverage<'a>(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    sources: impl Iterator<Item = &'a Source<'a>>,
) -> Result<()> {
    let (mut missing_releases, mut missing_sources) = (BTreeSet::new(), BTreeSet::new());
    for source in sources {
        if !snapshot.releases.contains(source.release) {
            missing_releases.insert(source.release);
        }
        if snapshot.issues(source.name).is_none() {
            missing_sources.insert(source.name);
        }
    }
    let fail = |cause: String| {
        let hint = "lock the tracker again, with all locks of the image: `debian_lock tracker`";
        Err(Error::cannot("assess", subject.object(), cause).hint(hint))
    };
    if !missing_releases.is_empty() {
        let covered = quoted(&snapshot.releases.iter().map(|name| &**name).collect());
        let missing = quoted(&missing_releases);
        return fail(format!(
            "the lock of the tracker does not cover release {missing}, only {covered}"
        ));
    }
    if !missing_sources.is_empty() {
        let missing = quoted(&missing_sources);
        return fail(format!(
            "the lock of the tracker does not cover source package {missing}"
        ));
    }
    Ok(())
}

fn quoted(names: &BTreeSet<&str>) -> String {
    let names = names
        .iter()
        .map(|name| format!("`{}`", name.escape_debug()));
    names.collect::<Vec<_>>().join(", ")
}

impl Assessed {
    /// For people: `static:debian12 linux/arm64 (sha256:…)`.
    pub fn title(&self) -> String {
        let platform = self.platform.iter().map(|platform| format!(" {platform}"));
        let platform: String = platform.collect();
        format!("{}{platform} ({})", self.name, self.digest)
    }
}
