//! Copies to OCI layouts, with all referrers: a set that can be carried to a network without a connection.

use std::path::Path;

use blob::{Blob, Digest, Error, Result};
use oci::Descriptor;
use transfer::Progress;

use super::image::Image;
use super::request::Request;
use super::selection::Selection;
use crate::content::{blob_of, Source};
use crate::dated_tag::date_of;
use crate::layout::{named, LayoutTarget};
use crate::output;
use crate::pool;

/// Adds images to a layout. An entry of `index.json` is written when all content below it is there.
pub(super) fn copy(
    progress: &Progress,
    request: &Request<'_>,
    source: &dyn Source,
    selection: &Selection,
    path: &Path,
    name: Option<&str>,
) -> Result<()> {
    let entries = entries(selection, name)?;
    if request.is_dry_run {
        let lines = entries.iter().filter(|entry| entry.tag.is_some());
        return lines
            .into_iter()
            .try_for_each(|entry| print(path, entry, "would push"));
    }
    let mut target = LayoutTarget::open(path)?;
    check(&target, &entries)?;
    let all: Vec<&Image> = selection
        .images
        .iter()
        .chain(&selection.referrers)
        .collect();
    let totals = write(request, source, &target, &all)?;
    progress.line(&totals);
    for entry in &entries {
        let outcome = if target.list(std::slice::from_ref(&entry.descriptor))? {
            "pushed"
        } else {
            "unchanged"
        };
        if entry.tag.is_some() {
            print(path, entry, outcome)?;
        }
    }
    Ok(())
}

/// Adds images to a layout without names.
pub(super) fn download(
    request: &Request<'_>,
    source: &dyn Source,
    selection: &Selection,
    path: &Path,
) -> Result<()> {
    let mut target = LayoutTarget::open(path)?;
    let images: Vec<&Image> = selection.images.iter().collect();
    write(request, source, &target, &images)?;
    let descriptors = images.iter().map(|image| image.descriptor.clone());
    target.list(&descriptors.collect::<Vec<_>>()).map(|_| ())
}

/// An entry of `index.json`.
struct Entry {
    tag: Option<String>,
    digest: Digest,
    descriptor: Descriptor,
}

/// Referrers come first: an image that is there has its signatures.
fn entries(selection: &Selection, name: Option<&str>) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for image in &selection.referrers {
        add(&mut entries, image, &image.tags)?;
    }
    for image in &selection.images {
        let tags = match name {
            Some(name) => vec![name.to_owned()],
            None => image.tags.clone(),
        };
        add(&mut entries, image, &tags)?;
    }
    Ok(entries)
}

fn add(entries: &mut Vec<Entry>, image: &Image, tags: &[String]) -> Result<()> {
    let digest = blob_of(&image.descriptor)?.digest;
    for tag in tags {
        entries.push(Entry {
            tag: Some(tag.clone()),
            digest,
            descriptor: named(&image.descriptor, tag, None),
        });
    }
    if tags.is_empty() {
        entries.push(Entry {
            tag: None,
            digest,
            descriptor: image.descriptor.clone(),
        });
    }
    Ok(())
}

/// Refuses to point a dated tag to another image.
fn check(target: &LayoutTarget, entries: &[Entry]) -> Result<()> {
    let mut causes = Vec::new();
    for entry in entries {
        let Some(tag) = entry.tag.as_deref().filter(|tag| date_of(tag).is_some()) else {
            continue;
        };
        let found = target.digest_of(tag).map(str::to_owned);
        let expected = entry.digest.to_string();
        if let Some(found) = found.filter(|found| *found != expected) {
            causes.push(format!("`{tag}` points to {found}, expected {expected}"));
        }
    }
    if causes.is_empty() {
        return Ok(());
    }
    let object = format!("oci:{}", target.name());
    Err(Error::cannot("copy to", object, causes.join("; ")).hint(
        "a dated tag never changes: copy the image to another name, or select tags with `--only`",
    ))
}

/// Returns the totals.
fn write(
    request: &Request<'_>,
    source: &dyn Source,
    target: &LayoutTarget,
    images: &[&Image],
) -> Result<String> {
    let mut blobs: Vec<Blob> = Vec::new();
    for node in images.iter().flat_map(|image| image.graph.nodes()) {
        for blob in &node.blobs {
            blobs.push(blob_of(blob)?);
        }
    }
    blobs.sort_by_key(|blob| blob.digest);
    blobs.dedup();
    let written = pool::map(request.jobs, &blobs, |blob| target.add_blob(source, blob));
    let written: Vec<bool> = written.into_iter().collect::<Result<_>>()?;
    for node in images.iter().flat_map(|image| image.graph.nodes()) {
        target.add_document(&node.blob, &node.bytes)?;
    }
    let new = blobs.iter().zip(&written).filter(|(_, is_new)| **is_new);
    let bytes: u64 = new.clone().map(|(blob, _)| blob.size).sum();
    let (count, size) = (new.count(), bytes as f64 / 1e6);
    let found = blobs.len() - count;
    Ok(format!(
        "copied {count} blobs ({size:.1} MB), found {found}"
    ))
}

fn print(path: &Path, entry: &Entry, outcome: &str) -> Result<()> {
    let tag = entry.tag.as_deref().unwrap_or_default();
    let line = format!("oci:{}#{tag}@{} {outcome}", path.display(), entry.digest);
    output::line(format_args!("{line}"))
}
