//! The first step: which tags point to the right image already.

use std::sync::{Mutex, PoisonError};

use blob::{Digest, Error, Result};
use registry::Selector;

use super::summary::Outcome;
use super::target::{Context, Item, Target};
use crate::pool;

/// A dated tag that points to another image.
struct Conflict {
    tag: String,
    found: Digest,
    expected: Digest,
}

/// Looks up each tag. If the first one of a repository is missing, the list of its tags shows whether it is new. Then only
/// dated tags are looked up: some registries show an empty list to those who may not read it.
///
/// # Errors
///
/// A dated tag points to another image. The message names all of them; nothing was written.
pub(super) fn look_up(context: &Context<'_>, groups: &[Vec<Item<'_>>]) -> Result<()> {
    let conflicts = Mutex::default();
    let jobs = context.options.jobs;
    pool::for_each(jobs, groups, |items| {
        let Some(item) = items.first() else {
            return;
        };
        look_up_item(context, item, &conflicts);
        let missing = item.is_open() && !item.target.has_manifest(item.root.digest);
        if missing && is_new(item.target) {
            item.target.set_new();
        }
    });
    let rest = groups.iter().flat_map(|items| items.iter().skip(1));
    let rest = rest.filter(|item| !item.target.is_new() || is_immutable(item));
    let rest: Vec<&Item<'_>> = rest.collect();
    pool::for_each(jobs, &rest, |item| look_up_item(context, item, &conflicts));
    let conflicts = conflicts
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    refuse(context, conflicts)
}

fn is_immutable(item: &Item<'_>) -> bool {
    item.tag.is_some_and(|tag| tag.is_immutable)
}

fn look_up_item(context: &Context<'_>, item: &Item<'_>, conflicts: &Mutex<Vec<Conflict>>) {
    let target = item.target;
    if target.is_given_up() {
        return item.set(Outcome::Failed);
    }
    let found = match found(item) {
        Ok(Some(found)) => found,
        Ok(None) => return,
        Err(error) => {
            target.fail(&context.failures, error, None);
            return item.set(Outcome::Failed);
        }
    };
    target.add_manifest(found);
    let expected = item.root.digest;
    if found == expected {
        return item.set(Outcome::Unchanged);
    }
    if let Some(tag) = item.tag.filter(|tag| tag.is_immutable) {
        let tag = format!("{}:{}", target.repository(), tag.name);
        let mut conflicts = conflicts.lock().unwrap_or_else(PoisonError::into_inner);
        conflicts.push(Conflict {
            tag,
            found,
            expected,
        });
    }
}

/// The digest to which the tag points; for an image without a tag its own digest, if it is there.
fn found(item: &Item<'_>) -> Result<Option<Digest>> {
    let client = &item.target.client;
    let digest = item.root.digest;
    let subject = item
        .image
        .graph
        .root()
        .and_then(|root| root.subject.as_ref());
    let selector = match (item.tag, subject) {
        (Some(tag), _) => Selector::Tag(tag.name.clone()),
        (None, None) => Selector::Digest(digest),
        (None, Some(subject)) => {
            // A push that was stopped may have stored the referrer without listing it.
            let subject = subject.digest().as_ref().parse()?;
            let referrers = client.referrers(subject, None)?;
            let text = digest.to_string();
            let mut listed = referrers.descriptors.iter();
            if !listed.any(|listed| listed.digest().as_ref() == text) {
                return Ok(None);
            }
            if referrers.is_api {
                return Ok(Some(digest));
            }
            Selector::Digest(digest)
        }
    };
    let found = client.manifest_exists(&selector)?;
    Ok(found.map(|found| found.blob.digest))
}

/// Whether a repository has no tag. A registry that does not list tags says nothing about it.
fn is_new(target: &Target<'_>) -> bool {
    let tags = target.client.tags();
    tags.is_ok_and(|tags| tags.is_none_or(|tags| tags.is_empty()))
}

/// Prints a line for each dated tag that points to another image. The error counts them.
fn refuse(context: &Context<'_>, mut conflicts: Vec<Conflict>) -> Result<()> {
    if conflicts.is_empty() {
        return Ok(());
    }
    conflicts.sort_by(|left, right| left.tag.cmp(&right.tag));
    for conflict in &conflicts {
        let Conflict {
            tag,
            found,
            expected,
        } = conflict;
        let line = format!("error: cannot push `{tag}`: it points to {found}, expected {expected}");
        context.progress.line(&line);
    }
    let object = format!("{} dated tags", conflicts.len());
    let error = Error::cannot("push", object, "they point to other images, listed above");
    Err(error.hint("a dated tag never changes: give the images a number with `--revision N`, or push only the other tags with `--no-dates`"))
}
