//! The page of all changes: what each update of the locks changed.

use std::collections::BTreeMap;

use blob::Result;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::pages::{Pages, Writer};

#[derive(Serialize)]
struct Page<'a> {
    updates: Vec<Update<'a>>,
}

/// The changes at one time, the images with the same change together.
#[derive(Serialize)]
struct Update<'a> {
    time: &'a str,
    changes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    change: &'a str,
    old: Option<&'a str>,
    new: Option<&'a str>,
    images: Vec<&'a str>,
}

/// Name, kind, old and new version.
type Key<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>);

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    let mut updates: BTreeMap<&str, BTreeMap<Key<'_>, Vec<&str>>> = BTreeMap::new();
    for set in &catalogue.images {
        for change in &set.history {
            for package in &change.packages {
                let (old, new) = (package.old.as_deref(), package.new.as_deref());
                let rows = updates.entry(&change.time).or_default();
                let images = rows
                    .entry((&package.name, package.change, old, new))
                    .or_default();
                images.push(&set.title);
            }
        }
    }
    let updates = updates.into_iter().rev().map(|(time, rows)| Update {
        time,
        changes: rows
            .into_iter()
            .map(|((name, change, old, new), images)| Row {
                name,
                change,
                old,
                new,
                images,
            })
            .collect(),
    });
    let page = Page {
        updates: updates.collect(),
    };
    let html = writer.render("changes.html", "", &page)?;
    pages.insert("changes.html".to_owned(), html);
    Ok(())
}
