//! The packages of the images for several architectures as one list.

use std::collections::BTreeSet;

use crate::image_set::{Package, Version};
use crate::read::facts::{Facts, PackageFacts};

/// The packages of images for several architectures, in the order of the layers of the first image that has each.
///
/// `Package::origin` is the digest of its layer, until `origin::state` replaces it by a title.
pub(super) fn merged<'a>(images: impl Iterator<Item = &'a Facts>) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    for image in images {
        for facts in &image.packages {
            let architecture = &image.image.architecture;
            match packages.iter_mut().find(|one| one.name == facts.name) {
                Some(package) => add_version(package, facts, architecture),
                None => packages.push(package(facts, image)),
            }
        }
    }
    packages
}

/// The packages that only the second list has.
pub(super) fn added(plain: &[Package], debug: Vec<Package>) -> Vec<Package> {
    let known: BTreeSet<&str> = plain.iter().map(|package| &*package.name).collect();
    let mut added = debug;
    added.retain(|package| !known.contains(&*package.name));
    added
}

fn package(facts: &PackageFacts, image: &Facts) -> Package {
    let layer = image.layers.get(facts.layer);
    Package {
        name: facts.name.clone(),
        is_debian: facts.is_debian,
        versions: vec![version(facts, &image.image.architecture)],
        source: facts.source.clone(),
        section: facts.section.clone(),
        homepage: facts.homepage.clone(),
        size: facts.size,
        licences: facts.licences.clone(),
        origin: layer.map(|layer| layer.digest.clone()).unwrap_or_default(),
    }
}

fn version(facts: &PackageFacts, architecture: &str) -> Version {
    Version {
        version: facts.version.clone(),
        source_version: facts.source_version.clone(),
        architectures: vec![architecture.to_owned()],
    }
}

fn add_version(package: &mut Package, facts: &PackageFacts, architecture: &str) {
    let same = |one: &&mut Version| one.version == facts.version;
    match package.versions.iter_mut().find(same) {
        // A layer may have a part of a package only, so several layers may have the same package.
        Some(version) if version.architectures.iter().any(|one| one == architecture) => {}
        Some(version) => version.architectures.push(architecture.to_owned()),
        None => package.versions.push(version(facts, architecture)),
    }
}
