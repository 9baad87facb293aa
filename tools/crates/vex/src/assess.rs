//! Looks up each source package of an image in the tracker.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Error, Result};
use deb::Version;
use tracker::{Snapshot, State};

use crate::model::{Image, Index, Package};
use crate::review::{Review, Reviews};

/// The issues of an image, or of an image index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The name of the image.
    pub name: String,
    /// The digest of the manifest or index.
    pub digest: Digest,
    /// The codename of the Debian release.
    pub release: String,
    /// Sorted by issue, source package and version.
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
    /// The binary packages of this source package that the image has, sorted.
    pub packages: Vec<Package>,
    /// The tracker's statement.
    pub state: State,
    /// The tracker's urgency.
    pub urgency: Option<String>,
    /// The review that names the affected binary packages, if the image lacks all of them.
    pub absent: Option<Review>,
}

/// Assesses the packages of an image.
///
/// # Errors
///
/// The snapshot does not cover the release or a source package, or the version of a source package is malformed. The
/// message names all source packages that are missing.
pub fn assess_image(image: &Image, snapshot: &Snapshot, reviews: &Reviews) -> Result<Assessed> {
    let mut sources: BTreeMap<(&str, &str), BTreeSet<&Package>> = BTreeMap::new();
    for package in &image.packages {
        let source = (&*package.source, &*package.source_version);
        sources.entry(source).or_default().insert(package);
    }
    covered(image, snapshot, sources.keys().map(|(source, _)| *source))?;
    let names = image.packages.iter().map(|package| &*package.name);
    let names: BTreeSet<&str> = names.collect();
    let mut assessments = Vec::new();
    for ((source, version), packages) in sources {
        let version: Version = version
            .parse()
            .map_err(|error: Error| error.within("assess", object(&image.name, image.digest)))?;
        for (issue, record) in snapshot.issues(source).into_iter().flatten() {
            let review = reviews.of(source, issue);
            let absent =
                review.filter(|review| review.binaries.iter().all(|name| !names.contains(&**name)));
            let record = record.releases.get(&image.release);
            assessments.push(Assessment {
                issue: issue.clone(),
                source: source.to_owned(),
                source_version: version.clone(),
                packages: packages.iter().copied().cloned().collect(),
                state: record.map_or(State::NotListed, |record| State::of(record, &version)),
                urgency: record.and_then(|record| record.urgency.clone()),
                absent: absent.cloned(),
            });
        }
    }
    // Source packages are in order already, and the sort is stable.
    assessments.sort_by(|left, right| left.issue.cmp(&right.issue));
    Ok(Assessed {
        name: image.name.clone(),
        digest: image.digest,
        release: image.release.clone(),
        assessments,
    })
}

/// Whether the snapshot covers the release and all source packages of an image.
fn covered<'a>(
    image: &Image,
    snapshot: &Snapshot,
    sources: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let fail = |cause: String| {
        Error::cannot("assess", object(&image.name, image.digest), cause)
            .hint("update the lock of the tracker")
    };
    let release = &image.release;
    if !snapshot.releases.contains(release) {
        let covered: Vec<&str> = snapshot.releases.iter().map(|name| &**name).collect();
        let covered = covered.join(", ");
        let cause = format!("the snapshot does not cover release `{release}`, only: {covered}");
        return Err(fail(cause));
    }
    let missing = sources.filter(|source| snapshot.issues(source).is_none());
    let missing: BTreeSet<String> = missing.map(|source| format!("`{source}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.into_iter().collect::<Vec<_>>().join(", ");
    Err(fail(format!(
        "the snapshot does not cover source packages {missing}"
    )))
}

fn object(name: &str, digest: Digest) -> String {
    format!("{name}@{digest}")
}

/// Assesses an image index: first the index, as one image with the packages of all its images, then each image.
///
/// A scanner that is asked for the index may look at any of its images. So the index is not free of an issue unless all
/// images are.
///
/// # Errors
///
/// The index has no image, its images have several Debian releases, or [`assess_image`] fails.
pub fn assess_index(
    index: &Index,
    snapshot: &Snapshot,
    reviews: &Reviews,
) -> Result<Vec<Assessed>> {
    let fail = |cause: &str| Error::cannot("assess", object(&index.name, index.digest), cause);
    let images: BTreeMap<Digest, &Image> = index
        .images
        .iter()
        .map(|image| (image.digest, image))
        .collect();
    let releases: BTreeSet<&str> = images.values().map(|image| &*image.release).collect();
    let release = match releases.iter().collect::<Vec<_>>()[..] {
        [release] => (*release).to_owned(),
        [] => return Err(fail("it has no image")),
        _ => return Err(fail("its images have several Debian releases")),
    };
    let packages = images.values().flat_map(|image| image.packages.clone());
    let whole = Image {
        name: index.name.clone(),
        digest: index.digest,
        release,
        packages: packages.collect(),
    };
    let all = [&whole].into_iter().chain(images.into_values());
    all.map(|image| assess_image(image, snapshot, reviews))
        .collect()
}
