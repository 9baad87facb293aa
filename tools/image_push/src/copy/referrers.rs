//! Signatures and other referrers of images, of the images that an index lists, and of referrers.

use std::collections::{HashMap, HashSet};

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::Selector;

use super::image::Image;
use super::origin::{listed, Origin};
use crate::content::{blob_of, Graph};
use crate::digest_tag::subject_of_tag;
use crate::pool;

/// How deep referrers may have referrers: a signature of a signature has depth 2.
const MAX_DEPTH: usize = 5;

/// Referrers of all images.
const MAX_REFERRERS: usize = 50_000;

/// Finds all referrers of images.
///
/// # Errors
///
/// They cannot be listed or read, or are nested too deeply.
pub(super) fn find(origin: &dyn Origin, images: &[Image], jobs: usize) -> Result<Vec<Image>> {
    let legacy = legacy_tags(origin)?;
    let graphs = images.iter().map(|image| &image.graph);
    let mut known: HashSet<Digest> = HashSet::new();
    let mut level = new_digests(graphs, &mut known);
    let mut all: Vec<Image> = Vec::new();
    for depth in 1.. {
        let found = pool::map(jobs, &level, |subject| {
            of_subject(origin, &legacy, *subject)
        });
        let mut next = Vec::new();
        for image in found
            .into_iter()
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
        {
            let digest = blob_of(&image.descriptor)?.digest;
            if image.tags.is_empty() && known.contains(&digest) {
                continue;
            }
            next.extend(new_digests([&image.graph].into_iter(), &mut known));
            all.push(image);
        }
        if next.is_empty() {
            return Ok(all);
        }
        if depth == MAX_DEPTH || all.len() > MAX_REFERRERS {
            let cause = format!(
                "they are nested in more than {MAX_DEPTH} levels, or are more than {MAX_REFERRERS}"
            );
            return Err(Error::cannot(
                "copy referrers of",
                origin.source().name(),
                cause,
            ));
        }
        level = next;
    }
    Ok(all)
}

/// The manifests of graphs that were not known before.
fn new_digests<'a>(
    graphs: impl Iterator<Item = &'a Graph>,
    known: &mut HashSet<Digest>,
) -> Vec<Digest> {
    let nodes = graphs.flat_map(Graph::nodes);
    let digests = nodes.map(|node| node.blob.digest);
    digests.filter(|digest| known.insert(*digest)).collect()
}

/// The tags of cosign 2, by their subjects.
fn legacy_tags(origin: &dyn Origin) -> Result<HashMap<Digest, Vec<String>>> {
    let mut tags: HashMap<Digest, Vec<String>> = HashMap::new();
    for tag in origin.tags()?.into_iter().filter(|tag| tag.contains('.')) {
        if let Some(subject) = subject_of_tag(&tag) {
            tags.entry(subject).or_default().push(tag);
        }
    }
    Ok(tags)
}

fn of_subject(
    origin: &dyn Origin,
    legacy: &HashMap<Digest, Vec<String>>,
    subject: Digest,
) -> Result<Vec<Image>> {
    let mut images = Vec::new();
    for descriptor in origin.referrers(subject)? {
        images.push(image(origin, &descriptor, None)?);
    }
    for tag in legacy.get(&subject).into_iter().flatten() {
        // It may have been deleted since the tags were listed.
        if let Some(descriptor) = origin.find(&Selector::Tag(tag.clone()))? {
            images.push(image(origin, &descriptor, Some(tag))?);
        }
    }
    Ok(images)
}

fn image(origin: &dyn Origin, descriptor: &Descriptor, tag: Option<&String>) -> Result<Image> {
    let graph = Graph::read(origin.source(), descriptor)?;
    let mut descriptor = descriptor.clone();
    if let Some(root) = graph.root().filter(|root| root.subject.is_some()) {
        descriptor = listed(root);
    }
    // The engine lists a referrer with the descriptor of the root.
    let graph = graph.with_root(descriptor.clone());
    Ok(Image {
        descriptor,
        graph,
        tags: tag.into_iter().cloned().collect(),
    })
}
