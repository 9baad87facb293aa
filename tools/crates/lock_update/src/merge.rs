//! Merges the results of all architectures into one lock.

use std::collections::BTreeMap;

use lock::{merge_independent, LockedPackage, LockedSource, LockedSuite};

use crate::open::{Content, OpenedSource};
use crate::part::ArchitecturePart;

/// The sources with the indexes that were used, and the reasons why others were not.
pub(crate) fn locked_sources(
    sources: &[OpenedSource<'_>],
    parts: &BTreeMap<&str, ArchitecturePart>,
) -> BTreeMap<String, LockedSource> {
    let locked = sources.iter().map(|opened| {
        let key = opened.source.key();
        let mut source = locked(opened);
        if let LockedSource::Suite(suite) = &mut source {
            for (architecture, part) in parts {
                suite
                    .indexes
                    .extend(part.indexes.get(key).cloned().unwrap_or_default());
                if let Some(unverified) = part.unverified.get(key) {
                    let reason = unverified.reason.clone();
                    suite.unverified.insert((*architecture).to_owned(), reason);
                }
            }
        }
        (key.to_owned(), source)
    });
    locked.collect()
}

/// The source as the lock names it, before any index is read.
fn locked(opened: &OpenedSource<'_>) -> LockedSource {
    match &opened.content {
        Content::Directory(_) => {
            LockedSource::Directory(opened.source.folder.clone().unwrap_or_default())
        }
        Content::Signed { origin, signed } => LockedSource::Suite(Box::new(LockedSuite {
            origin: origin.clone(),
            components: opened.source.components().map(str::to_owned).collect(),
            date: signed.release.date,
            valid_until: signed.release.valid_until,
            evidence: signed.evidence,
            signed_by: signed.signed_by.clone(),
            indexes: Default::default(),
            unverified: Default::default(),
        })),
    }
}

/// The packages of all architectures.
pub(crate) fn locked_packages(
    parts: BTreeMap<&str, ArchitecturePart>,
) -> BTreeMap<String, BTreeMap<String, LockedPackage>> {
    let architectures = parts.len();
    let mut packages: BTreeMap<String, BTreeMap<String, LockedPackage>> = BTreeMap::new();
    for (architecture, part) in parts {
        for chosen in part.chosen {
            let files = packages.entry(chosen.name).or_default();
            files.insert(architecture.to_owned(), chosen.file);
        }
    }
    for files in packages.values_mut() {
        merge_independent(files, architectures);
    }
    packages
}
