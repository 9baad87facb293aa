//! The page of all packages: which images have a package, in which versions.

use std::collections::BTreeMap;

use blob::Result;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::image_set::{ImageSet, Package};
use crate::pages::{text, Pages, Writer};

#[derive(Serialize)]
struct Page<'a> {
    packages: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    source: &'a str,
    homepage: &'a str,
    is_debian: bool,
    versions: Vec<Version<'a>>,
}

/// A version, and the images that have it.
#[derive(Serialize)]
struct Version<'a> {
    version: &'a str,
    images: Vec<Image<'a>>,
}

#[derive(Serialize)]
struct Image<'a> {
    title: &'a str,
    /// Whether only the debug variants have it.
    is_debug: bool,
}

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for set in &catalogue.images {
        for package in &set.packages {
            add(&mut rows, set, package, false);
        }
        for package in &set.debug_packages {
            add(&mut rows, set, package, true);
        }
    }
    let page = Page {
        packages: rows.into_values().collect(),
    };
    let html = writer.render("packages.html", "", &page)?;
    pages.insert("packages.html".to_owned(), html);
    Ok(())
}

fn add<'a>(
    rows: &mut BTreeMap<&'a str, Row<'a>>,
    set: &'a ImageSet,
    package: &'a Package,
    is_debug: bool,
) {
    let row = rows.entry(&package.name).or_insert_with(|| Row {
        name: &package.name,
        source: &package.source,
        homepage: text::web_page(&package.homepage),
        is_debian: package.is_debian,
        versions: Vec::new(),
    });
    for version in &package.versions {
        let image = Image {
            title: &set.title,
            is_debug,
        };
        let known = row
            .versions
            .iter_mut()
            .find(|one| one.version == version.version);
        match known {
            Some(known) => known.images.push(image),
            None => row.versions.push(Version {
                version: &version.version,
                images: vec![image],
            }),
        }
    }
}
