//! The order of deletion.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;

use super::contents::Contents;
use crate::digest_tag::subject_of_tag;

/// Sorts manifests: an index before the manifests that it lists, a subject before its referrers, and lists of referrers
/// (`sha256-…`) at the end. So a deletion that is interrupted leaves no image without its manifests or signatures, and the
/// next run finds the rest.
pub(super) fn parents_first(contents: &Contents, digests: &BTreeSet<Digest>) -> Vec<Digest> {
    let has_subject_tag = |digest: &Digest| {
        let mut tags = contents.tags_of(*digest);
        tags.any(|tag| subject_of_tag(tag).is_some())
    };
    let sorted = sorted(contents, digests).into_iter();
    let (lists, others): (Vec<_>, Vec<_>) = sorted.partition(has_subject_tag);
    others.into_iter().chain(lists).collect()
}

fn sorted(contents: &Contents, digests: &BTreeSet<Digest>) -> Vec<Digest> {
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
