//! Manifests that no tag, index or subject needs, and old dated tags.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;
use jiff::civil::Date;

use super::contents::Contents;
use super::request::Keep;
use crate::dated_tag::date_of;
use crate::digest_tag::subject_of_tag;

/// A manifest or a tag that may be deleted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) tag: Option<String>,
    pub(super) digest: Digest,
    pub(super) reason: String,
}

/// All candidates: tags first, then manifests. A manifest is also a candidate if only old dated tags need it.
pub(super) fn candidates(contents: &Contents, keep: &Keep) -> Vec<Candidate> {
    let mut all = old_tags(contents, keep);
    let old: BTreeSet<String> = all.iter().filter_map(|found| found.tag.clone()).collect();
    let needed = needed(contents, &old);
    let digests = contents.manifests.keys();
    for digest in digests.filter(|digest| !needed.contains(digest)) {
        all.push(Candidate {
            tag: None,
            digest: *digest,
            reason: reason(contents, *digest),
        });
    }
    all
}

/// Everything that a tag needs, except the old ones: the manifests that an index lists, and referrers of what is needed.
/// The tags `sha256-…` belong to their subjects.
fn needed(contents: &Contents, old: &BTreeSet<String>) -> BTreeSet<Digest> {
    let mut belongs: BTreeMap<Digest, Vec<Digest>> = BTreeMap::new();
    for digest in contents.manifests.keys() {
        for subject in contents.subjects_of(*digest) {
            belongs.entry(subject).or_default().push(*digest);
        }
    }
    let is_root = |tag: &String| subject_of_tag(tag).is_none() && !old.contains(tag);
    let roots = contents.tags.iter().filter(|(tag, _)| is_root(tag));
    let mut open: Vec<Digest> = roots.map(|(_, digest)| *digest).collect();
    let mut needed = BTreeSet::new();
    while let Some(digest) = open.pop() {
        if needed.insert(digest) {
            let children = contents.manifests.get(&digest).map(|found| &found.children);
            open.extend(children.into_iter().flatten());
            open.extend(belongs.get(&digest).into_iter().flatten());
        }
    }
    needed
}

fn reason(contents: &Contents, digest: Digest) -> String {
    if let Some(subject) = contents.subjects_of(digest).next() {
        return if contents.has(subject) {
            format!("its subject {subject} is not needed")
        } else {
            format!("its subject {subject} does not exist")
        };
    }
    if contents.tags_of(digest).next().is_some() {
        return "only old dated tags point to it".to_owned();
    }
    let mut indexes = contents.manifests.iter();
    let index = indexes.find(|(_, manifest)| manifest.children.contains(&digest));
    match index {
        Some((index, _)) => format!("its index {index} is not needed"),
        None => "no tag, index or subject points to it".to_owned(),
    }
}

/// Dated tags that are older than those to keep. Tags with the same name before the date belong together.
fn old_tags(contents: &Contents, keep: &Keep) -> Vec<Candidate> {
    if keep.newest.is_none() && keep.since.is_none() {
        return Vec::new();
    }
    let mut series: BTreeMap<&str, Vec<(Date, &String)>> = BTreeMap::new();
    for tag in contents.tags.keys() {
        if let (Some(date), Some((name, _))) = (date_of(tag), tag.rsplit_once('-')) {
            series.entry(name).or_default().push((date, tag));
        }
    }
    let mut old = Vec::new();
    for mut tags in series.into_values() {
        tags.sort_by(|left, right| right.cmp(left));
        let newest = keep.newest.unwrap_or(0);
        let tags = tags.into_iter().enumerate().skip(newest);
        let is_before = |date: &Date| keep.since.is_none_or(|since| *date < since);
        for (newer, (_, tag)) in tags.filter(|(_, (date, _))| is_before(date)) {
            if let Some(digest) = contents.tags.get(tag) {
                old.push(Candidate {
                    tag: Some(tag.clone()),
                    digest: *digest,
                    reason: format!("{newer} newer dated tags"),
                });
            }
        }
    }
    old
}
