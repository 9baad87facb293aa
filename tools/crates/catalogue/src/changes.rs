//! Changes of packages: from record to record of the history, and from distro to distro.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::history::{History, RecordedImage};
use crate::image_set::PLAIN;

/// An image at one record of the history in which it changed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Change {
    /// The time of the lock.
    pub(crate) time: String,
    /// The digest of the index, if it could be built.
    pub(crate) digest: Option<String>,
    /// Architecture to size.
    pub(crate) sizes: BTreeMap<String, u64>,
    /// The packages that changed since the record before; empty for the first record.
    pub(crate) packages: Vec<PackageChange>,
    /// Whether it is the first record of the image.
    pub(crate) is_first: bool,
    /// Whether the lock is another one than that of the change before.
    pub(crate) has_new_lock: bool,
}

/// A change of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PackageChange {
    pub(crate) name: String,
    /// `added`, `removed` or `changed`.
    pub(crate) change: &'static str,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// The changes of an image, newest first.
pub(crate) fn of_history(history: &History, title: &str, distro: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut before: Option<&RecordedImage> = None;
    for record in &history.records {
        // A record repeats only the images that changed.
        let image = match record.images.get(title) {
            Some(Some(image)) if before == Some(image) => continue,
            Some(Some(image)) => image,
            Some(None) => {
                before = None;
                continue;
            }
            None => continue,
        };
        let plain = image.tags.get(PLAIN);
        let sizes = plain.iter().flat_map(|tag| &tag.architectures);
        let time = record.time(distro);
        let before_time = changes.last().map(|change| &*change.time);
        let has_new_lock = before.is_some() && before_time != Some(time);
        changes.push(Change {
            time: time.to_owned(),
            digest: plain
                .and_then(|tag| tag.digest)
                .map(|digest| digest.to_string()),
            sizes: sizes
                .map(|(name, image)| (name.clone(), image.size))
                .collect(),
            packages: match before {
                Some(before) => between(&versions(before, image), &versions(image, before)),
                None => Vec::new(),
            },
            is_first: before.is_none(),
            has_new_lock,
        });
        before = Some(image);
    }
    changes.reverse();
    changes
}

/// The versions of both sides. Architectures without a change are left out.
fn versions<'a>(image: &'a RecordedImage, other: &RecordedImage) -> BTreeMap<&'a str, String> {
    let packages = image.packages.iter();
    packages
        .map(|(name, version)| {
            let other = other.packages.get(name);
            (
                &**name,
                other.map_or_else(|| version.text(), |other| version.text_without(other)),
            )
        })
        .collect()
}

/// The packages that differ.
pub(crate) fn between(
    old: &BTreeMap<&str, String>,
    new: &BTreeMap<&str, String>,
) -> Vec<PackageChange> {
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let changes = names.into_iter().filter_map(|name| {
        let (old, new) = (old.get(name), new.get(name));
        let change = match (old, new) {
            (None, _) => "added",
            (_, None) => "removed",
            (old, new) if old == new => return None,
            _ => "changed",
        };
        Some(PackageChange {
            name: name.to_owned(),
            change,
            old: old.cloned(),
            new: new.cloned(),
        })
    });
    changes.collect()
}
