//! The sections about one image: its properties on each distro, its packages and its sizes.

use blob::Result;
use image_facts::Origin;

use crate::images::image::Image;
use crate::images::set::{Catalogue, Family, Set};
use crate::images::spread::spread;
use crate::number::megabytes;
use crate::table::{code, Table};

/// A section for each image of a family.
pub(super) fn sections(catalogue: &Catalogue, family: &Family) -> Result<String> {
    let mut text = String::new();
    for name in family.names() {
        let distros = catalogue.distros.iter();
        let columns: Vec<_> = distros
            .filter_map(|distro| Some((distro.title.as_str(), catalogue.set(name, &distro.name)?)))
            .collect();
        text += &format!("## {name}\n\n");
        text += &facts(catalogue, &columns)?;
        text += &packages(catalogue, &columns)?;
        text += &sizes(catalogue, &columns);
    }
    Ok(text)
}

/// The title and the images of each distro that has the image.
type Columns<'a> = [(&'a str, &'a Set)];

fn by_distro(columns: &Columns<'_>, first: &str) -> Table {
    let titles = columns.iter().map(|(title, _)| *title);
    Table::new([first].into_iter().chain(titles))
}

/// One cell for each distro.
fn cells(columns: &Columns<'_>, cell: impl Fn(&Set) -> Result<String>) -> Result<Vec<String>> {
    columns.iter().map(|(_, set)| cell(set)).collect()
}

/// A value of the plain images of a set, for all architectures.
fn of_plain(set: &Set, value: impl Fn(&Image) -> Result<String>) -> Result<String> {
    let values = set
        .plain()
        .map(|image| Ok((image.facts.architecture.as_str(), Some(value(image)?))))
        .collect::<Result<Vec<_>>>()?;
    Ok(spread(values))
}

fn facts(catalogue: &Catalogue, columns: &Columns<'_>) -> Result<String> {
    let mut table = by_distro(columns, "");
    table.row("target", cells(columns, |set| Ok(target(set)))?);
    table.row("published as", cells(columns, |set| Ok(published(set)))?);
    table.row_if_any(
        "built on",
        cells(columns, |set| Ok(set.described.base.clone()))?,
    );
    table.row(
        "entrypoint",
        cells(columns, |set| {
            of_plain(set, |image| Ok(entrypoint(&image.facts.entrypoint)))
        })?,
    );
    table.row_if_any(
        "environment",
        cells(columns, |set| {
            of_plain(set, |image| environment(catalogue, set, image))
        })?,
    );
    table.row(
        "layers",
        cells(columns, |set| {
            of_plain(set, |image| Ok(image.facts.layers.len().to_string()))
        })?,
    );
    table.row_if_any(
        "own layers that are not packages",
        cells(columns, |set| {
            of_plain(set, |image| other_layers(catalogue, set, image))
        })?,
    );
    Ok(table.markdown())
}

fn target(set: &Set) -> String {
    code(set.described.targets.get("latest"))
}

fn published(set: &Set) -> String {
    let name = &set.described.published;
    let long = format!("{name}-{}", set.described.distro);
    if set.described.aliases.is_empty() {
        code([&long])
    } else {
        code([&long, name])
    }
}

fn entrypoint(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => format!("`{}`", words.join(" ")),
    }
}

/// The environment variables that the image adds to those of its base.
fn environment(catalogue: &Catalogue, set: &Set, image: &Image) -> Result<String> {
    let below = catalogue.base(set, image)?;
    let added = image
        .facts
        .env
        .iter()
        .filter(|entry| below.is_none_or(|below| !below.facts.env.contains(entry)));
    Ok(code(added))
}

fn other_layers(catalogue: &Catalogue, set: &Set, image: &Image) -> Result<String> {
    let own = catalogue.own_layers(set, image)?.iter();
    let names = own.filter_map(|layer| match &layer.origin {
        Origin::Other(name) => Some(name.as_str()),
        Origin::Package(_) => None,
    });
    Ok(names.collect::<Vec<_>>().join(", "))
}

/// The packages that the base does not have: one row for each, in layer order, with the versions.
fn packages(catalogue: &Catalogue, columns: &Columns<'_>) -> Result<String> {
    let mut names: Vec<&str> = Vec::new();
    for (_, set) in columns {
        for image in set.plain() {
            add_in_order(&mut names, &own_packages(catalogue, set, image)?);
        }
    }
    if names.is_empty() {
        return Ok(String::new());
    }
    let mut table = by_distro(columns, "package");
    for name in names {
        table.row(name, cells(columns, |set| versions(catalogue, set, name))?);
    }
    Ok(table.markdown())
}

fn own_packages<'a>(
    catalogue: &Catalogue,
    set: &Set,
    image: &'a Image,
) -> Result<Vec<(&'a str, &'a str)>> {
    let own = catalogue.own_layers(set, image)?.iter();
    let packages = own.filter_map(|layer| {
        let package = layer.origin.package()?;
        Some((package.name.as_str(), package.version.as_str()))
    });
    Ok(packages.collect())
}

/// Adds new names, each after its predecessor in the image.
fn add_in_order<'a>(names: &mut Vec<&'a str>, packages: &[(&'a str, &str)]) {
    let mut next = 0;
    for (name, _) in packages {
        match names.iter().position(|known| known == name) {
            Some(position) => next = position + 1,
            None => {
                names.insert(next, name);
                next += 1;
            }
        }
    }
}

fn versions(catalogue: &Catalogue, set: &Set, name: &str) -> Result<String> {
    let found = set
        .plain()
        .map(|image| {
            let packages = own_packages(catalogue, set, image)?;
            let version = packages.iter().find(|(other, _)| *other == name);
            Ok((
                image.facts.architecture.as_str(),
                version.map(|(_, version)| (*version).to_owned()),
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(spread(found))
}

/// One row for each distro and each group of tags of equal size, one column for each architecture.
fn sizes(catalogue: &Catalogue, columns: &Columns<'_>) -> String {
    let made = |architecture: &&String| {
        let mut sets = columns.iter().map(|(_, set)| set);
        sets.any(|set| set.architectures().contains(architecture.as_str()))
    };
    let architectures: Vec<_> = catalogue.architectures.iter().filter(made).collect();
    let titles = architectures
        .iter()
        .map(|architecture| architecture.as_str());
    let mut table = Table::new(["MB"].into_iter().chain(titles));
    for (title, set) in columns {
        for (tags, row) in sizes_of(set, &architectures) {
            table.row(format!("{title}: {}", tags.join(", ")), row);
        }
    }
    table.markdown()
}

/// Groups of tags of equal size, with their sizes.
fn sizes_of<'a>(set: &'a Set, architectures: &[&String]) -> Vec<(Vec<&'a str>, Vec<String>)> {
    let mut rows: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for tag in set.tags() {
        let row: Vec<_> = architectures
            .iter()
            .map(|architecture| {
                let image = set
                    .tagged(tag)
                    .find(|image| image.facts.architecture == **architecture);
                image.map_or(String::new(), |image| megabytes(image.facts.size()))
            })
            .collect();
        match rows.iter_mut().find(|(_, known)| *known == row) {
            Some((tags, _)) => tags.push(tag),
            None => rows.push((vec![tag], row)),
        }
    }
    rows
}
