//! The images that are copied, with their tags and referrers.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::Selector;

use super::image::Image;
use super::origin::Origin;
use super::place::Place;
use super::referrers;
use super::request::Request;
use crate::content::{blob_of, Graph};
use crate::digest_tag::subject_of_tag;
use crate::pattern::matches;
use crate::pool;

/// Everything that is copied.
pub(super) struct Selection {
    pub(super) images: Vec<Image>,
    /// Signatures and other referrers. Those of cosign 2 have tags.
    pub(super) referrers: Vec<Image>,
}

/// Finds the images of a request.
///
/// # Errors
///
/// An image does not exist, no tag matches, or documents are missing or invalid.
pub(super) fn select(origin: &dyn Origin, request: &Request<'_>) -> Result<Selection> {
    let roots = roots(origin, request)?;
    let roots: Vec<_> = roots.into_values().collect();
    let images = pool::map(request.jobs, &roots, |(descriptor, tags)| {
        let graph = Graph::read(origin.source(), descriptor)?;
        Ok(Image {
            descriptor: descriptor.clone(),
            graph,
            tags: tags.iter().cloned().collect(),
        })
    });
    let images: Vec<Image> = images.into_iter().collect::<Result<_>>()?;
    let referrers = if request.without_referrers {
        Vec::new()
    } else {
        referrers::find(origin, &images, request.jobs)?
    };
    Ok(Selection { images, referrers })
}

/// Images by their digests, with their tags.
type Roots = BTreeMap<Digest, (Descriptor, BTreeSet<String>)>;

fn roots(origin: &dyn Origin, request: &Request<'_>) -> Result<Roots> {
    let selectors = match request.from {
        Place::Image(reference) => return one(origin, request, &Selector::of(reference)),
        Place::Layout(_, Some(name)) => {
            return one(origin, request, &Selector::Tag(name.clone()));
        }
        Place::Layout(_, None) | Place::Repository(_) => tags(origin, request)?,
    };
    let mut roots = Roots::new();
    let found = pool::map(request.jobs, &selectors, |tag| {
        let selector = Selector::Tag(tag.clone());
        Ok((tag.clone(), find(origin, &selector)?))
    });
    for found in found {
        let (tag, descriptor) = found?;
        let digest = blob_of(&descriptor)?.digest;
        let (_, tags) = roots.entry(digest).or_insert((descriptor, BTreeSet::new()));
        tags.insert(tag);
    }
    if request.only.is_empty() {
        for descriptor in origin.untagged() {
            let digest = blob_of(&descriptor)?.digest;
            roots.entry(digest).or_insert((descriptor, BTreeSet::new()));
        }
    }
    if roots.is_empty() {
        let cause = if request.only.is_empty() {
            "it has no image"
        } else {
            "no tag matches `--only`"
        };
        return Err(Error::cannot("copy", request.from, cause));
    }
    Ok(roots)
}

/// One image. It keeps its tag, also if it was selected by its digest.
fn one(origin: &dyn Origin, request: &Request<'_>, selector: &Selector) -> Result<Roots> {
    if !request.only.is_empty() {
        let cause = "it selects tags of a repository, and one image is given";
        return Err(Error::cannot("use option", "--only", cause));
    }
    let descriptor = find(origin, selector)?;
    let tags = request.from.name().map(str::to_owned).into_iter().collect();
    let digest = blob_of(&descriptor)?.digest;
    Ok(Roots::from([(digest, (descriptor, tags))]))
}

/// The tags that match. Those of signatures and lists of referrers are copied with their subjects.
fn tags(origin: &dyn Origin, request: &Request<'_>) -> Result<Vec<String>> {
    let is_selected = |tag: &String| {
        let mut patterns = request.only.iter();
        let matches = request.only.is_empty() || patterns.any(|pattern| matches(pattern, tag));
        matches && subject_of_tag(tag).is_none()
    };
    Ok(origin.tags()?.into_iter().filter(is_selected).collect())
}

fn find(origin: &dyn Origin, selector: &Selector) -> Result<Descriptor> {
    let found = origin.find(selector)?;
    found.ok_or_else(|| {
        let separator = match selector {
            Selector::Tag(_) => ':',
            Selector::Digest(_) => '@',
        };
        let name = format!("{}{separator}{selector}", origin.source().name());
        Error::cannot("copy", name, "there is no such image")
    })
}
