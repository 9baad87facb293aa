//! The order of deletion.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;

use super::contents::Contents;

/// Sorts manifests: an index before the manifests that it lists, and a subject before its referrers. So a deletion that is
/// interrupted leaves no index with missing manifests and no image without its signatures; the rest is found by the next
/// run.
pub(super) fn parents_first(contents: &Contents, digests: &BTreeSet<Digest>) -> Vec<Digest> {
    let mut parents: BTreeMap<Digest, BTreeSet<Digest>> = BTreeMap::new();
    for digest in digests {
        parents
            .entry(*digest)
            .or_default()
            .extend(contents.subjects_of(*digest));
        let children = contents.manifests.get(digest).map(|found| &found.children);
        for child in children.into_iter().flatten() {
            parents.entry(*child).or_default().insert(*digest);
        }
    }
    let mut order: Vec<Digest> = Vec::new();
    let mut open = digests.clone();
    while !open.is_empty() {
        let is_free = |digest: &&Digest| {
            let mut above = parents.get(*digest).into_iter().flatten();
            !above.any(|parent| parent != *digest && open.contains(parent))
        };
        let mut free: Vec<Digest> = open.iter().filter(is_free).copied().collect();
        if free.is_empty() {
            // Only tags can make a circle.
            free.extend(&open);
        }
        for digest in free {
            open.remove(&digest);
            order.push(digest);
        }
    }
    order
}
