//! The first page: all images, with search and filters.

use std::collections::BTreeSet;

use blob::Result;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::image_set::ImageSet;
use crate::pages::{Pages, Writer};
use crate::{Distro, Missing};

#[derive(Serialize)]
struct Page<'a> {
    families: Vec<Family<'a>>,
    distros: &'a [Distro],
    architectures: Vec<&'a str>,
    missing: &'a [Missing],
    lacking: Vec<Lacking<'a>>,
    image_count: usize,
    package_count: usize,
}

#[derive(Serialize)]
struct Family<'a> {
    name: &'a str,
    cards: Vec<Card<'a>>,
}

#[derive(Serialize)]
struct Card<'a> {
    title: &'a str,
    name: &'a str,
    distro: &'a str,
    summary: &'a str,
    architectures: Vec<&'a str>,
    smallest: u64,
    largest: u64,
    packages: usize,
    /// The number of issues that need attention.
    issues: Option<usize>,
    end_of_life: &'a str,
    /// The words of a search: names of packages.
    words: String,
}

/// An architecture that an image lacks.
#[derive(Serialize)]
struct Lacking<'a> {
    title: &'a str,
    architecture: &'a str,
    reason: &'a str,
}

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    let mut families: Vec<Family<'_>> = Vec::new();
    for set in &catalogue.images {
        let card = card(set);
        match families.iter_mut().find(|family| family.name == set.family) {
            Some(family) => family.cards.push(card),
            None => families.push(Family {
                name: &set.family,
                cards: vec![card],
            }),
        }
    }
    let mut architectures: Vec<&str> = Vec::new();
    for platform in catalogue.images.iter().flat_map(|set| &set.platforms) {
        if !architectures.contains(&&*platform.architecture) {
            architectures.push(&platform.architecture);
        }
    }
    let sets = catalogue.images.iter();
    let lacking = sets.clone().flat_map(|set| {
        set.lacks.iter().map(|(architecture, reason)| Lacking {
            title: &set.title,
            architecture,
            reason,
        })
    });
    let packages: BTreeSet<&str> = sets
        .flat_map(|set| set.packages.iter().chain(&set.debug_packages))
        .map(|package| &*package.name)
        .collect();
    let page = Page {
        families,
        distros: &catalogue.distros,
        architectures,
        missing: &catalogue.missing,
        lacking: lacking.collect(),
        image_count: catalogue.images.len(),
        package_count: packages.len(),
    };
    let html = writer.render("index.html", "", &page)?;
    pages.insert("index.html".to_owned(), html);
    Ok(())
}

fn card(set: &ImageSet) -> Card<'_> {
    let images = set.plain().map_or(&[][..], |tag| &tag.images);
    let sizes = || images.iter().map(|image| image.size);
    let mut words: Vec<&str> = Vec::new();
    for package in set.packages.iter().chain(&set.debug_packages) {
        words.push(&package.name);
        if !package.source.is_empty() {
            words.push(&package.source);
        }
    }
    words.sort_unstable();
    words.dedup();
    Card {
        title: &set.title,
        name: &set.name,
        distro: &set.distro,
        summary: &set.summary,
        architectures: images.iter().map(|image| &*image.architecture).collect(),
        smallest: sizes().min().unwrap_or(0),
        largest: sizes().max().unwrap_or(0),
        packages: set.packages.len(),
        issues: set.issues.as_ref().map(|issues| issues.rows.len()),
        end_of_life: &set.end_of_life,
        words: words.join(" "),
    }
}
