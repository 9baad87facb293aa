use std::collections::BTreeMap;

use image_contents::{Entry, Image};

/// An entry of the image, and the package or runtime that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    /// The entry.
    pub(super) entry: &'a Entry,
    /// The name of the package or runtime.
    pub(super) package: Option<&'a str>,
}

/// The entries of an image by path: an entry of a higher layer replaces one of a lower layer. Where one layer has a path
/// several times, a package or runtime comes before entries that belong to neither.
pub(super) fn merge(image: &Image) -> BTreeMap<&str, Placed<'_>> {
    let mut merged = BTreeMap::new();
    for layer in &image.layers {
        add(&mut merged, &layer.entries, None);
        for package in &layer.packages {
            add(&mut merged, &package.entries, Some(&package.id.name));
        }
        for runtime in &layer.runtimes {
            add(&mut merged, &runtime.entries, Some(&runtime.name));
        }
    }
    merged
}

fn add<'a>(
    merged: &mut BTreeMap<&'a str, Placed<'a>>,
    entries: &'a [Entry],
    package: Option<&'a str>,
) {
    for entry in entries {
        merged.insert(&entry.path, Placed { entry, package });
    }
}
