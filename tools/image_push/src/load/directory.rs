//! Loads an image into a directory in OCI layout format.

use std::path::Path;

use blob::Result;
use oci::Descriptor;

use super::image::{machine, Image};
use super::name::{entries, Name};
use super::request::{Loaded, Request};
use crate::content::{blob_of, Graph};
use crate::layout::{named, LayoutTarget, REF_NAME};

/// Adds an image, or an index with all its images, to a layout.
pub(super) fn load(request: &Request<'_>, path: &Path) -> Result<Vec<Loaded>> {
    let mut target = LayoutTarget::open(path)?;
    let root = if request.all_platforms {
        request.root.clone()
    } else {
        let requested = request.platform.as_ref();
        Image::choose(request.source, request.root, requested, &machine())?.descriptor
    };
    let graph = Graph::read(request.source, &root)?;
    for node in graph.nodes() {
        for blob in &node.blobs {
            target.add_blob(request.source, &blob_of(blob)?)?;
        }
        target.add_document(&node.blob, &node.bytes)?;
    }
    let names: Vec<&Name> = request.names.iter().collect();
    let entries = match reference_name(request.root) {
        // The name that it has in the source.
        Some(name) if names.is_empty() => vec![named(&root, name, None)],
        _ => entries(&root, &names),
    };
    let has_changed = target.list(&entries)?;
    Ok(vec![Loaded {
        name: target.name(),
        digest: blob_of(&root)?.digest,
        is_unchanged: !has_changed,
    }])
}

fn reference_name(root: &Descriptor) -> Option<&str> {
    let annotations = root.annotations().as_ref()?;
    annotations.get(REF_NAME).map(String::as_str)
}
