//! The facts of one image that the site keeps. Contents have the paths of all files, so they are not kept.

use std::collections::BTreeMap;

use blob::Result;
use image_contents::{Content, Entry, Image, Layer};
use message::escape;

use crate::image_set::{self, Part, Settings, TagImage};
use crate::issues::{self, Found, Knowledge};
use crate::licences;

/// The annotation with the last day of support.
const END_OF_LIFE: &str = "com.google.distroless.end-of-life";

/// The facts of one image.
pub(super) struct Facts {
    pub(super) tag: String,
    pub(super) image: TagImage,
    pub(super) user: String,
    pub(super) workdir: String,
    pub(super) created: String,
    pub(super) end_of_life: String,
    /// Distro to the time of its lock.
    pub(super) locks: BTreeMap<String, String>,
    pub(super) settings: Settings,
    pub(super) layers: Vec<image_set::Layer>,
    pub(super) packages: Vec<PackageFacts>,
    /// The issues, if the image is one without variant and there is a lock of the tracker.
    pub(super) found: Option<Found>,
}

/// The facts of a package or a runtime in one image.
pub(super) struct PackageFacts {
    pub(super) name: String,
    pub(super) is_debian: bool,
    pub(super) version: String,
    pub(super) source: String,
    pub(super) source_version: String,
    pub(super) section: String,
    pub(super) homepage: String,
    pub(super) size: u64,
    pub(super) licences: Vec<String>,
    /// The place of its layer.
    pub(super) layer: usize,
}

impl Facts {
    pub(super) fn of(tag: &str, image: Image, knowledge: Option<&Knowledge>) -> Result<Self> {
        let knowledge = knowledge.filter(|_| tag == image_set::PLAIN);
        let found = knowledge.map(|knowledge| issues::find(&image, knowledge));
        let sizes = image.layers.iter().map(|layer| layer.size);
        let mut packages = Vec::new();
        for (place, layer) in image.layers.iter().enumerate() {
            packages.extend(packages_of(layer, place));
        }
        let locks = image.locks.iter();
        let locks = locks.filter_map(|lock| Some((lock.distro.clone(), lock.snapshot.clone()?)));
        Ok(Self {
            tag: tag.to_owned(),
            image: TagImage {
                architecture: escape(&image.architecture),
                platform: escape(&image.platform()),
                digest: image.digest.to_string(),
                size: figures::sum(sizes),
                layers: image.layers.len(),
            },
            user: escape(&image.settings.user),
            workdir: escape(&image.settings.workdir),
            created: escape(&image.created),
            end_of_life: day(image.annotations.get(END_OF_LIFE)),
            locks: locks.collect(),
            settings: Settings {
                entrypoint: escaped(&image.settings.entrypoint),
                cmd: escaped(&image.settings.cmd),
                env: escaped(&image.settings.env),
            },
            layers: image.layers.iter().map(layer_facts).collect(),
            packages,
            found: found.transpose()?,
        })
    }
}

impl Facts {
    /// The time of the lock of a distro, or the latest of all locks; empty if there is none.
    pub(super) fn snapshot(&self, distro: &str) -> String {
        let of_distro = self.locks.get(distro);
        let time = of_distro.or_else(|| self.locks.values().max());
        time.cloned().unwrap_or_default()
    }
}

/// An annotation that is a day, `2028-06-30`; otherwise empty.
fn day(text: Option<&String>) -> String {
    let text = text.filter(|text| text.parse::<jiff::civil::Date>().is_ok());
    text.cloned().unwrap_or_default()
}

fn escaped(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| escape(text)).collect()
}

fn packages_of(layer: &Layer, place: usize) -> Vec<PackageFacts> {
    let identifiers = |licences| licences::identifiers(licences).into_iter().collect();
    let packages = layer.packages.iter().map(|package| PackageFacts {
        name: escape(&package.id.name),
        is_debian: true,
        version: escape(&package.id.version),
        source: escape(&package.source.name),
        source_version: escape(package.source_version()),
        section: package.section.as_deref().map(escape).unwrap_or_default(),
        homepage: package.homepage.as_deref().map(escape).unwrap_or_default(),
        size: bytes(&package.entries),
        licences: identifiers(&package.licenses),
        layer: place,
    });
    let runtimes = layer.runtimes.iter().map(|runtime| PackageFacts {
        name: escape(&runtime.name),
        is_debian: false,
        version: escape(&runtime.version),
        source: String::new(),
        source_version: String::new(),
        section: String::new(),
        homepage: runtime.homepage.as_deref().map(escape).unwrap_or_default(),
        size: bytes(&runtime.entries),
        licences: identifiers(&runtime.licenses),
        layer: place,
    });
    packages.chain(runtimes).collect()
}

fn bytes(entries: &[Entry]) -> u64 {
    figures::sum(entries.iter().map(|entry| match entry.content {
        Content::File { size, .. } => size,
        Content::Directory | Content::Link { .. } => 0,
    }))
}

fn layer_facts(layer: &Layer) -> image_set::Layer {
    let packages = layer.packages.iter();
    let packages = packages.map(|package| (escape(&package.id.name), bytes(&package.entries)));
    let runtimes = layer.runtimes.iter();
    let runtimes = runtimes.map(|runtime| (escape(&runtime.name), bytes(&runtime.entries)));
    let others = (String::new(), bytes(&layer.entries));
    let parts = packages.chain(runtimes).chain([others]);
    let mut parts: Vec<Part> = parts
        .map(|(name, bytes)| Part { name, bytes })
        .filter(|part| part.bytes > 0)
        .collect();
    parts.sort_by(|left, right| (right.bytes, &left.name).cmp(&(left.bytes, &right.name)));
    image_set::Layer {
        digest: layer.digest.to_string(),
        size: layer.size,
        created_by: escape(&layer.created_by),
        origin: String::new(),
        parts,
    }
}
