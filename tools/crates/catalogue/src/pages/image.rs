//! The page of the images of one name for one distro.

use blob::Result;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::image_set::ImageSet;
use crate::pages::chart::{chart, Chart};
use crate::pages::map::{map, Map};
use crate::pages::usage::{self, Example};
use crate::pages::{Pages, Writer};
use crate::Distro;

#[derive(Serialize)]
struct Page<'a> {
    set: &'a ImageSet,
    distro: Option<&'a Distro>,
    /// The names of all distros, whose locks the lock of the tracker needs.
    locks: Vec<&'a str>,
    published: String,
    examples: Vec<Example>,
    /// The variant that the examples use.
    example_tag: &'a str,
    chart: Option<Chart>,
    maps: Vec<Map>,
    /// The images of the chain of base images that have layers, the lowest first.
    origins: Vec<&'a str>,
    /// The largest size, for bars.
    largest: u64,
    /// The same image of other distros.
    others: Vec<&'a str>,
    /// The images that are built on this one.
    children: Vec<&'a str>,
    architectures: Vec<&'a str>,
    sizes: Vec<SizeRow<'a>>,
}

/// The sizes of an architecture.
#[derive(Serialize)]
struct SizeRow<'a> {
    architecture: &'a str,
    cells: Vec<Option<u64>>,
}

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    for set in &catalogue.images {
        let html = writer.render("image.html", "../", &page(catalogue, set))?;
        pages.insert(format!("images/{}.html", set.title), html);
    }
    Ok(())
}

fn page<'a>(catalogue: &'a Catalogue, set: &'a ImageSet) -> Page<'a> {
    let mut origins: Vec<&str> = Vec::new();
    for layer in set.platforms.iter().flat_map(|platform| &platform.layers) {
        if !origins.contains(&&*layer.origin) {
            origins.push(&layer.origin);
        }
    }
    let sets = catalogue.images.iter();
    let others = sets
        .clone()
        .filter(|other| other.name == set.name && other.title != set.title);
    let children = sets.filter(|other| other.base == set.title);
    let images = set.tags.iter().flat_map(|tag| &tag.images);
    Page {
        set,
        distro: catalogue
            .distros
            .iter()
            .find(|distro| distro.name == set.distro),
        locks: catalogue
            .distros
            .iter()
            .map(|distro| &*distro.name)
            .collect(),
        published: usage::published(catalogue, set),
        examples: usage::examples(catalogue, set),
        example_tag: usage::preferred(set).map_or("", |tag| &tag.name),
        chart: chart(&set.history),
        maps: set
            .platforms
            .iter()
            .map(|platform| map(platform, &origins))
            .collect(),
        origins,
        largest: images.map(|image| image.size).max().unwrap_or(0),
        others: others.map(|set| &*set.title).collect(),
        children: children.map(|set| &*set.title).collect(),
        architectures: set
            .platforms
            .iter()
            .map(|platform| &*platform.architecture)
            .collect(),
        sizes: sizes(set),
    }
}

/// The sizes of all variants, by architecture.
fn sizes(set: &ImageSet) -> Vec<SizeRow<'_>> {
    let rows = set.platforms.iter().map(|platform| SizeRow {
        architecture: &platform.architecture,
        cells: set
            .tags
            .iter()
            .map(|tag| {
                let mut images = tag.images.iter();
                let image = images.find(|image| image.architecture == platform.architecture);
                image.map(|image| image.size)
            })
            .collect(),
    });
    rows.collect()
}
