//! Copies to repositories, by the push engine.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use registry::{Client, Repository};
use transfer::Progress;

use super::image::Image;
use super::place::Place;
use super::request::Request;
use super::selection::Selection;
use crate::content::Source;
use crate::dated_tag::date_of;
use crate::push::{push, Options, Publication, PushedImage, Tag};

/// Copies to all destinations that are repositories.
pub(super) fn copy(
    client: &Client<'_>,
    progress: &Progress,
    request: &Request<'_>,
    source: &dyn Source,
    selection: &Selection,
) -> Result<()> {
    let publications = publications(request, source, selection)?;
    if publications.is_empty() {
        return Ok(());
    }
    let options = Options {
        jobs: request.jobs,
        is_dry_run: request.is_dry_run,
        ..Options::default()
    };
    let summary = push(client, progress, &publications, &options);
    let summary = summary.map_err(|error| {
        let is_conflict = error.hint_text().is_some();
        if is_conflict {
            error.hint("a dated tag never changes: copy the image to another tag, or select tags with `--only`")
        } else {
            error
        }
    })?;
    summary.report(progress)
}

/// One publication for each repository, with the tags of all destinations in it.
fn publications<'a>(
    request: &Request<'_>,
    source: &'a dyn Source,
    selection: &'a Selection,
) -> Result<Vec<Publication<'a>>> {
    let mut names: BTreeMap<&Repository, BTreeSet<Option<&str>>> = BTreeMap::new();
    for place in request.to {
        if let Some(repository) = place.repository() {
            check(place)?;
            names.entry(repository).or_default().insert(place.name());
        }
    }
    let publications = names.into_iter().map(|(repository, names)| {
        let images = selection.images.iter();
        let images = images.map(|image| PushedImage {
            source,
            graph: &image.graph,
            tags: tags(image, &names),
        });
        let referrers = selection.referrers.iter();
        let referrers = referrers.map(|image| PushedImage {
            source,
            graph: &image.graph,
            tags: image.tags.iter().map(Tag::moving).collect(),
        });
        Publication {
            repository: repository.clone(),
            images: images.chain(referrers).collect(),
        }
    });
    Ok(publications.collect())
}

/// The tags of an image at the destination: those that the destinations name, or its own ones.
fn tags(image: &Image, names: &BTreeSet<Option<&str>>) -> Vec<Tag> {
    let mut tags: BTreeSet<&str> = names.iter().copied().flatten().collect();
    if names.contains(&None) {
        tags.extend(image.tags.iter().map(String::as_str));
    }
    tags.into_iter().map(tag).collect()
}

fn tag(name: &str) -> Tag {
    if date_of(name).is_some() {
        Tag::immutable(name)
    } else {
        Tag::moving(name)
    }
}

fn check(place: &Place) -> Result<()> {
    match place {
        Place::Image(reference) if reference.digest().is_some() => {
            let cause = "it has a digest; the copy has that of the original";
            Err(Error::cannot("copy to", place, cause).hint("write HOST/PATH or HOST/PATH:TAG"))
        }
        _ => Ok(()),
    }
}
