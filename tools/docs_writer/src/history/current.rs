//! The current images, in the form of a record.

use std::collections::BTreeMap;

use blob::{Digest, Result};

use crate::history::model::{self, Images, Platform, Tag, Version};
use crate::images::set::{Catalogue, Set};
use crate::input;

/// Distro to the time of its lock.
pub(crate) fn locks(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let distros = catalogue.distros.iter();
    distros
        .map(|distro| (distro.name.clone(), distro.snapshot.clone()))
        .collect()
}

/// All images, by published name and distro.
pub(crate) fn images(catalogue: &Catalogue) -> Result<Images> {
    catalogue
        .sets()
        .map(|set| {
            let name = format!("{}-{}", set.described.published, set.described.distro);
            Ok((name, image(set)?))
        })
        .collect()
}

fn image(set: &Set) -> Result<model::Image> {
    let mut tags = BTreeMap::new();
    for tag in set.tags() {
        tags.insert(tag.to_owned(), tagged(set, tag)?);
    }
    Ok(model::Image {
        packages: packages(set),
        tags,
    })
}

fn tagged(set: &Set, tag: &str) -> Result<Tag> {
    let digest = set.described.indexes.get(tag).map(|index| {
        let document = input::read(index)?;
        Ok(Digest::of(&document).to_string())
    });
    let architectures = set.tagged(tag).map(|image| {
        let platform = Platform {
            digest: image.digest.to_string(),
            size: image.facts.size(),
        };
        (image.facts.architecture.clone(), platform)
    });
    Ok(Tag {
        architectures: architectures.collect(),
        digest: digest.transpose()?,
    })
}

/// The packages of the plain images.
fn packages(set: &Set) -> BTreeMap<String, Version> {
    let mut packages: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for image in set.plain() {
        for package in image.facts.layers.iter().filter_map(|l| l.origin.package()) {
            let versions = packages.entry(package.name.clone()).or_default();
            versions.insert(image.facts.architecture.clone(), package.version.clone());
        }
    }
    let images = set.plain().count();
    packages
        .into_iter()
        .map(|(name, versions)| (name, version(versions, images)))
        .collect()
}

fn version(versions: BTreeMap<String, String>, images: usize) -> Version {
    let mut different = versions.values();
    match different.next() {
        Some(first) if versions.len() == images && different.all(|other| other == first) => {
            Version::Same(first.clone())
        }
        _ => Version::Different(versions),
    }
}

#[cfg(test)]
mod tests;
