//! Merges the results of all architectures into one lock.

use std::collections::BTreeMap;

use super::Share;
use crate::archive::open::Opened;
use crate::lock::{LockedPackage, LockedSource, ALL};

/// The sources with the indexes that were used, and the reasons why others were not.
pub(super) fn locked_sources(
    sources: &[Opened<'_>],
    shares: &BTreeMap<&str, Share>,
) -> BTreeMap<String, LockedSource> {
    let locked = sources.iter().map(|opened| {
        let key = opened.source.key();
        let mut source = opened.locked();
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

/// The packages of all architectures.
pub(super) fn locked_packages(
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

/// Merges the entries of a package into one if all architectures have the same architecture-independent file.
pub(crate) fn merge_independent(files: &mut BTreeMap<String, LockedPackage>, architectures: usize) {
    let mut entries = files.values();
    let Some(first) = entries.next().cloned() else {
        return;
    };
    let independent = first.architecture.is_some() && files.len() == architectures;
    if independent && files.values().all(|other| *other == first) {
        let serving = LockedPackage {
            architecture: None,
            ..first
        };
        *files = BTreeMap::from([(ALL.to_owned(), serving)]);
    }
}
