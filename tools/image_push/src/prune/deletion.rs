//! Checks which manifests and tags may be deleted.

use std::collections::BTreeSet;

use blob::{Digest, Error, Result};

use super::contents::Contents;
use super::order::parents_first;
use super::request::Request;
use crate::dated_tag::date_of;
use crate::digest_tag::subject_of_tag;

/// The tags and manifests to delete, in this order.
#[derive(Debug, Default)]
pub(super) struct Deletion {
    /// Tags whose manifests stay.
    pub(super) tags: Vec<String>,
    /// Manifests, with all their tags.
    pub(super) digests: Vec<Digest>,
}

/// The deletion of a request.
///
/// # Errors
///
/// A tag, an index or a subject that is not deleted needs one of the manifests, or a tag is not a dated one. The message
/// has all of them; nothing may be deleted.
pub(super) fn deletion(contents: &Contents, request: &Request, name: &str) -> Result<Deletion> {
    let digests: BTreeSet<Digest> = request.digests.iter().copied().collect();
    let mut problems = Vec::new();
    for (tag, expected) in &request.tags {
        problems.extend(problem_of_tag(contents, &digests, tag, *expected));
    }
    for digest in &digests {
        let tags = contents.tags_of(*digest);
        let tags: Vec<&str> = tags
            .filter(|tag| !request.tags.contains_key(*tag))
            .collect();
        problems.extend(problem_of_tags(contents, &digests, *digest, &tags));
        problems.extend(problem_of_parents(contents, &digests, *digest));
    }
    if !problems.is_empty() {
        let hint = "delete also what needs it, or leave it out";
        return Err(Error::cannot("delete from", name, problems.join("; ")).hint(hint));
    }
    let is_separate = |tag: &&String| {
        let digest = contents.tags.get(*tag);
        digest.is_none_or(|digest| !digests.contains(digest))
    };
    Ok(Deletion {
        tags: request.tags.keys().filter(is_separate).cloned().collect(),
        digests: parents_first(contents, &digests),
    })
}

fn problem_of_tag(
    contents: &Contents,
    digests: &BTreeSet<Digest>,
    tag: &str,
    expected: Option<Digest>,
) -> Option<String> {
    let found = contents.tags.get(tag)?;
    if let Some(expected) = expected.filter(|expected| expected != found) {
        return Some(format!(
            "tag `{tag}` points to {found}, expected {expected}"
        ));
    }
    match subject_of_tag(tag) {
        Some(subject) if contents.has(subject) && !digests.contains(&subject) => {
            Some(format!("tag `{tag}` belongs to {subject}, which exists"))
        }
        Some(_) => None,
        None if date_of(tag).is_some() => None,
        None => Some(format!("tag `{tag}` is not a dated tag (`TAG-YYYYMMDD`)")),
    }
}

/// Tags that would disappear. Those `sha256-…` may do so with their subjects.
fn problem_of_tags(
    contents: &Contents,
    digests: &BTreeSet<Digest>,
    digest: Digest,
    tags: &[&str],
) -> Option<String> {
    let is_lost = |tag: &str| {
        let subject = subject_of_tag(tag);
        subject.is_some_and(|subject| !contents.has(subject) || digests.contains(&subject))
    };
    let tags = tags.iter().filter(|tag| !is_lost(tag));
    let tags: Vec<String> = tags.map(|tag| format!("`{tag}`")).collect();
    if tags.is_empty() {
        return None;
    }
    Some(format!("{digest}: tag {} points to it", tags.join(", ")))
}

fn problem_of_parents(
    contents: &Contents,
    digests: &BTreeSet<Digest>,
    digest: Digest,
) -> Option<String> {
    let mut indexes = contents.manifests.iter();
    let index = indexes.find(|(parent, manifest)| {
        manifest.children.contains(&digest) && !digests.contains(parent)
    });
    if let Some((index, _)) = index {
        return Some(format!("{digest}: index {index} lists it"));
    }
    let subject = contents.manifests.get(&digest)?.subject?;
    let is_there = contents.has(subject) && !digests.contains(&subject);
    is_there.then(|| format!("{digest}: it belongs to {subject}, which exists"))
}
