//! The steps of a push.

use std::collections::HashSet;
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use blob::{Blob, Error, Result};
use registry::{Access, Client};
use transfer::Progress;

use super::failures::Failures;
use super::publication::{Options, Publication, PushedImage, Tag};
use super::summary::{Outcome, Pushed, Summary};
use super::target::{Context, Item, Target};
use super::totals::Counters;
use super::{blobs, lookup, manifests, work};

/// Brings images into their repositories. A failure of one repository, image or tag does not stop the others: the summary
/// has all failures.
///
/// # Errors
///
/// A dated tag points to another image, or a descriptor is invalid. Then the registry is unchanged.
pub fn push(
    client: &Client<'_>,
    progress: &Progress,
    publications: &[Publication<'_>],
    options: &Options,
) -> Result<Summary> {
    let (start, requests) = (Instant::now(), client.requests());
    let context = Context {
        options,
        progress,
        failures: Failures::default(),
        counters: Counters::default(),
        refused: Mutex::new(HashSet::new()),
    };
    let access = if options.is_dry_run {
        Access::Pull
    } else {
        Access::Push
    };
    let targets = publications.iter();
    let targets = targets.map(|one| Target::new(client.repository(&one.repository, access)));
    let targets: Vec<Target<'_>> = targets.collect();
    let groups = publications.iter().zip(&targets);
    let groups = groups.map(|(publication, target)| items(publication, target));
    let groups: Vec<Vec<Item<'_>>> = groups.collect::<Result<_>>()?;
    lookup::look_up(&context, &groups)?;
    if options.is_dry_run {
        groups
            .iter()
            .flatten()
            .for_each(|item| item.set(Outcome::WouldPush));
    }
    let works = work::work(&groups)?;
    blobs::push(&context, &groups, &works)?;
    manifests::push(&context, &works);
    Ok(Summary {
        pushed: groups.iter().flatten().map(pushed).collect(),
        totals: context
            .counters
            .totals(client.requests() - requests, start.elapsed()),
        errors: context.failures.into_errors(),
    })
}

fn items<'a>(publication: &'a Publication<'a>, target: &'a Target<'a>) -> Result<Vec<Item<'a>>> {
    let mut items = Vec::new();
    for image in &publication.images {
        let root = image.graph.root().map(|root| root.blob);
        let root =
            root.ok_or_else(|| Error::cannot("push", image.source.name(), "it has no manifest"))?;
        items.extend(
            image
                .tags
                .iter()
                .map(|tag| item(target, image, Some(tag), root)),
        );
        if image.tags.is_empty() {
            items.push(item(target, image, None, root));
        }
    }
    Ok(items)
}

fn item<'a>(
    target: &'a Target<'a>,
    image: &'a PushedImage<'a>,
    tag: Option<&'a Tag>,
    root: Blob,
) -> Item<'a> {
    Item {
        target,
        image,
        tag,
        root,
        outcome: OnceLock::new(),
    }
}

fn pushed(item: &Item<'_>) -> Pushed {
    Pushed {
        repository: item.target.repository().clone(),
        tag: item.tag.map(|tag| tag.name.clone()),
        digest: item.root.digest,
        outcome: *item.outcome.get().unwrap_or(&Outcome::Failed),
    }
}
