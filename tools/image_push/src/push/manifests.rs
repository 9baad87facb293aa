//! The third step: manifests, then indexes. A tag is written with the manifest to which it points.

use std::collections::BTreeMap;

use blob::{Digest, Result};
use registry::{Place, Selector};

use super::summary::Outcome;
use super::target::{Context, Item};
use super::work::Work;
use crate::content::blob_of;
use crate::pool;

/// Writes all manifests and tags. Failures are recorded in their repositories.
pub(super) fn push(context: &Context<'_>, works: &[Work<'_>]) {
    let mut levels: BTreeMap<(usize, bool), Vec<&Work<'_>>> = BTreeMap::new();
    for work in works {
        // Referrers, such as signatures, before the tag of their subject: who waits for the tag finds them.
        let is_tagged = work.items.iter().any(|item| item.tag.is_some());
        let level = (work.height, is_tagged);
        levels.entry(level).or_default().push(work);
    }
    for works in levels.values() {
        pool::for_each(context.options.jobs, works, |work| write(context, work));
    }
}

fn write(context: &Context<'_>, work: &Work<'_>) {
    let Work { target, node, .. } = work;
    if target.is_given_up() || lacks_content(work) {
        return fail(work);
    }
    let tags = work.items.iter().filter(|item| item.tag.is_some());
    let tags: Vec<&&Item<'_>> = tags.collect();
    let mut is_stored = work.exists;
    if tags.is_empty() {
        let selector = Selector::Digest(node.blob.digest);
        is_stored = put(context, work, &selector, false);
    }
    for item in tags {
        let Some(tag) = item.tag else {
            continue;
        };
        let selector = Selector::Tag(tag.name.clone());
        if !target.is_given_up() && put(context, work, &selector, is_stored) {
            is_stored = true;
            item.set(Outcome::Pushed);
        } else {
            item.set(Outcome::Failed);
        }
    }
    if !is_stored {
        return fail(work);
    }
    for item in &work.items {
        item.set(Outcome::Pushed);
    }
}

/// Whether a blob or a manifest that this one lists could not be stored.
fn lacks_content(work: &Work<'_>) -> bool {
    let listed = work.node.blobs.iter().chain(&work.node.children);
    let mut digests = listed.filter_map(|descriptor| Some(blob_of(descriptor).ok()?.digest));
    !work.exists && digests.any(|digest: Digest| work.target.has_failed(digest))
}

/// The reason is recorded already.
fn fail(work: &Work<'_>) {
    work.target.set_failed(work.node.blob.digest);
    for item in &work.items {
        item.set(Outcome::Failed);
    }
}

/// Writes a manifest, and lists a referrer if the registry does not. Returns whether it succeeded.
fn put(context: &Context<'_>, work: &Work<'_>, selector: &Selector, is_listed: bool) -> bool {
    let result = put_and_list(work, selector, is_listed);
    match result {
        Ok(()) => context.counters.manifest(),
        Err(error) => {
            work.target.fail(&context.failures, error, None);
            return false;
        }
    }
    true
}

fn put_and_list(work: &Work<'_>, selector: &Selector, is_listed: bool) -> Result<()> {
    let node = work.node;
    let media_type = node.descriptor.media_type().to_string();
    let client = &work.target.client;
    let stored = client.put_manifest(selector, &media_type, &node.bytes)?;
    let subject = node.subject.as_ref().filter(|_| !is_listed);
    match subject.filter(|_| !stored.lists_referrers) {
        Some(subject) => {
            let subject = blob_of(subject)?.digest;
            client.add_referrer(subject, &node.descriptor, Place::Last)
        }
        None => Ok(()),
    }
}
