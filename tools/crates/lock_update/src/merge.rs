//! Merges the results of all architectures into one lock.

use std::collections::BTreeMap;

use lock::{merge_independent, LockedPackage, LockedSource, LockedSuite};

use crate::open::{Content, Opened};
use crate::share::Share;

/// The sources with the indexes that were used, and the reasons why others were not.
pub(crate) fn locked_sources(
    sources: &[Opened<'_>],
    shares: &BTreeMap<&str, Share>,
) -> BTreeMap<String, LockedSource> {
    let locked = sources.iter().map(|opened| {
        let key = opened.source.key();
        let mut source = locked(opened);
        if let LockedSource::Suite(suite) = &mut source {
            for (architecture, share) in shares {
                suite
                    .indexes
                    .extend(share.indexes.get(key).cloned().unwrap_or_default());
                if let Some(unverified) = share.unverified.get(key) {
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
fn locked(opened: &Opened<'_>) -> LockedSource {
    match &opened.content {
        Content::Folder(_) => {
            LockedSource::Folder(opened.source.folder.clone().unwrap_or_default())
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
    shares: BTreeMap<&str, Share>,
) -> BTreeMap<String, BTreeMap<String, LockedPackage>> {
    let architectures = shares.len();
    let mut packages: BTreeMap<String, BTreeMap<String, LockedPackage>> = BTreeMap::new();
    for (architecture, share) in shares {
        for chosen in share.chosen {
            let files = packages.entry(chosen.name).or_default();
            files.insert(architecture.to_owned(), chosen.file);
        }
    }
    for files in packages.values_mut() {
        merge_independent(files, architectures);
    }
    packages
}
