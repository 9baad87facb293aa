//! One layer of an image, with its owners.

use std::collections::BTreeMap;

use blob::{Digest, Result};
use image_contents::{Content, Entry, Layer, Library};
use oci::Descriptor;

use crate::build::BuiltLayer;
use crate::entries;
use crate::owners::{Owner, Owners};
use crate::packages::Known;
use crate::part::Part;
use crate::runtime::runtime;

/// A layer with the layers that were merged into it.
pub(crate) struct ReadLayer {
    /// The layer itself, if it was not merged.
    pub(crate) parts: Vec<Part>,
    /// The entries, each with the position of the part that it is from.
    entries: Vec<(Option<usize>, Entry)>,
}

impl ReadLayer {
    pub(crate) fn read(files: &BuiltLayer<'_>) -> Result<Self> {
        if files.merged.is_empty() {
            let (part, entries) = Part::read(&files.layer)?;
            let entries = entries.into_values().map(|entry| (Some(0), entry));
            return Ok(Self {
                parts: vec![part],
                entries: entries.collect(),
            });
        }
        let parts: Vec<_> = files.merged.iter().map(Part::read).collect::<Result<_>>()?;
        let entries = entries::read(&files.layer.mtree)?.into_values();
        // The last part that contains a path replaced the others.
        let last = |path: &str| {
            parts
                .iter()
                .rposition(|(_, entries)| entries.contains_key(path))
        };
        let entries = entries.map(|entry| (last(&entry.path), entry));
        Ok(Self {
            entries: entries.collect(),
            parts: parts.into_iter().map(|(part, _)| part).collect(),
        })
    }

    /// The libraries, without those that a later part replaced.
    fn libraries(&self) -> Vec<Library> {
        let places = self.entries.iter();
        let places: BTreeMap<&str, usize> = places
            .filter_map(|(place, entry)| Some((&*entry.path, (*place)?)))
            .collect();
        let parts = self.parts.iter().enumerate();
        let libraries = parts.flat_map(|(place, part)| {
            let details = part.details.iter();
            let all = details.flat_map(|details| &details.libraries);
            all.map(move |library| (place, library))
        });
        let present =
            libraries.filter(|(place, library)| places.get(&*library.path) == Some(place));
        let mut libraries: Vec<_> = present
            .map(|(_, library)| Library {
                path: library.path.clone(),
                soname: Some(library.soname.clone()),
                exports: Vec::new(),
            })
            .collect();
        libraries.sort_by(|one, two| one.path.cmp(&two.path));
        libraries
    }
}

/// A layer as the manifest and the configuration describe it.
pub(crate) struct Described<'d> {
    pub(crate) descriptor: &'d Descriptor,
    pub(crate) digest: Digest,
    pub(crate) diff_id: Digest,
    pub(crate) created_by: String,
}

/// The layer with its packages, runtimes, entries and libraries.
pub(crate) fn layer(described: Described<'_>, read: ReadLayer, known: &Known<'_>) -> Layer {
    let mut layer = Layer {
        digest: described.digest,
        diff_id: described.diff_id,
        size: described.descriptor.size(),
        media_type: described.descriptor.media_type().to_string(),
        created_by: described.created_by,
        packages: Vec::new(),
        runtimes: Vec::new(),
        entries: Vec::new(),
        libraries: read.libraries(),
    };
    let parts = read.parts.iter();
    let owners: Vec<_> = parts.map(|part| Owners::of(part, known.locks)).collect();
    let mut owned: BTreeMap<(usize, usize), Vec<Entry>> = BTreeMap::new();
    for (place, entry) in read.entries {
        match owner(&owners, place, &entry) {
            Some(key) => owned.entry(key).or_default().push(entry),
            None => layer.entries.push(entry),
        }
    }
    for (place, (part, owners)) in read.parts.iter().zip(&owners).enumerate() {
        for (position, owner) in owners.all().into_iter().enumerate() {
            let entries = owned.remove(&(place, position)).unwrap_or_default();
            let is_whole = part.is_whole && owners.is_one();
            add(&mut layer, owner, is_whole, entries, known);
        }
    }
    layer
}

/// The part and the position of the owner in it. Directories have no owner.
fn owner(owners: &[Owners<'_>], place: Option<usize>, entry: &Entry) -> Option<(usize, usize)> {
    if entry.content == Content::Directory {
        return None;
    }
    let place = place?;
    Some((place, owners.get(place)?.of_path(&entry.path)?))
}

fn add(
    layer: &mut Layer,
    owner: Owner<'_>,
    is_whole: bool,
    entries: Vec<Entry>,
    known: &Known<'_>,
) {
    let package = match owner {
        Owner::Package(details) => known.package(details, is_whole, entries),
        Owner::Locked(id, locked) => known.locked(id, locked, is_whole, entries),
        Owner::Runtime(facts) => {
            let runtime = runtime(facts, &known.locks.runtimes, entries);
            layer.runtimes.push(runtime);
            return;
        }
    };
    // Two merged layers may be parts of one package.
    let mut packages = layer.packages.iter_mut();
    match packages.find(|known| known.id == package.id) {
        Some(known) => {
            known.is_whole |= package.is_whole;
            known.entries.extend(package.entries);
            known.entries.sort_by(|one, two| one.path.cmp(&two.path));
        }
        None => layer.packages.push(package),
    }
}
