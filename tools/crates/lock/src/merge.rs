//! One entry for packages that are the same on all architectures.

use std::collections::BTreeMap;

use crate::model::{LockedPackage, ALL};

/// Merges the entries of a package into one if all architectures have the same architecture-independent file.
pub fn merge_independent(files: &mut BTreeMap<String, LockedPackage>, architectures: usize) {
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
