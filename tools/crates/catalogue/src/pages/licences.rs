//! The page of all licences: which packages have a licence.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::pages::{text, Pages, Writer};

#[derive(Serialize)]
struct Page<'a> {
    licences: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: String,
    /// The URL of its text, for licences of SPDX's list.
    url: String,
    packages: Vec<&'a str>,
    images: usize,
}

#[derive(Default)]
struct Uses<'a> {
    identifier: &'a str,
    packages: BTreeSet<&'a str>,
    images: BTreeSet<&'a str>,
}

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    let mut uses: BTreeMap<(bool, String), Uses<'_>> = BTreeMap::new();
    for set in &catalogue.images {
        for package in set.packages.iter().chain(&set.debug_packages) {
            for identifier in &package.licences {
                let is_reference = identifier.starts_with("LicenseRef-");
                let of_licence = uses
                    .entry((is_reference, text::licence(identifier)))
                    .or_default();
                of_licence.identifier = identifier;
                of_licence.packages.insert(&package.name);
                of_licence.images.insert(&set.title);
            }
        }
    }
    let licences = uses.into_iter().map(|((is_reference, name), uses)| Row {
        url: if is_reference {
            String::new()
        } else {
            url(uses.identifier)
        },
        name,
        packages: uses.packages.into_iter().collect(),
        images: uses.images.len(),
    });
    let page = Page {
        licences: licences.collect(),
    };
    let html = writer.render("licences.html", "", &page)?;
    pages.insert("licences.html".to_owned(), html);
    Ok(())
}

/// The page of a licence in SPDX's list.
fn url(identifier: &str) -> String {
    let licence = identifier.split(' ').next().unwrap_or(identifier);
    let licence = licence.trim_end_matches('+');
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    if licence.bytes().all(is_name) {
        format!("https://spdx.org/licenses/{licence}.html")
    } else {
        String::new()
    }
}
