//! Assembles the facts about the images of one name for one distro.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use message::escape;

use crate::changes;
use crate::description::{join, DescribedSet, Distro};
use crate::image_set::{ImageSet, Platform, Tag, Upgrade, PLAIN};
use crate::issues::{self, Found, Issues};
use crate::read::facts::Facts;
use crate::read::{packages, Files, MAX_DIGEST};
use crate::History;

/// Tag to the digest of the index.
pub(super) type Digests = BTreeMap<String, String>;

/// The debug variant, whose packages the page lists separately.
const DEBUG: &str = "debug";

/// The digests of the indexes.
pub(super) fn digests(described: &DescribedSet, files: &dyn Files) -> Result<Digests> {
    let mut digests = Digests::new();
    for index in &described.indexes {
        let path = &*index.digest;
        let bytes = files.read(path, MAX_DIGEST)?;
        let text = String::from_utf8_lossy(&bytes);
        let digest = text.trim_end().parse::<Digest>();
        let digest = digest.map_err(|error| Error::cannot("read", path, error.to_string()))?;
        digests.insert(index.tag.clone(), digest.to_string());
    }
    Ok(digests)
}

/// The facts about the images of one name. `facts` are those of its images.
pub(super) fn set(
    described: &DescribedSet,
    mut facts: Vec<Facts>,
    digests: &Digests,
    history: Option<&History>,
) -> Result<ImageSet> {
    let title = described.title();
    let has_plain = facts.iter().any(|image| image.tag == PLAIN);
    let first_tag = facts.first().map(|image| image.tag.clone());
    let plain = if has_plain {
        PLAIN.to_owned()
    } else {
        first_tag.unwrap_or_default()
    };
    let found: Vec<Found> = facts
        .iter_mut()
        .filter_map(|image| image.found.take())
        .collect();
    let of = |tag: &str| {
        let tag = tag.to_owned();
        facts.iter().filter(move |image| image.tag == tag)
    };
    let Some(first) = of(&plain).next() else {
        return Err(Error::cannot("describe image", &title, "it has no image"));
    };
    let plain_packages = packages::merged(of(&plain));
    let debug_packages = packages::added(&plain_packages, packages::merged(of(DEBUG)));
    let distro = &*described.distro;
    Ok(ImageSet {
        name: described.name.clone(),
        distro: distro.to_owned(),
        family: escape(&described.family),
        summary: escape(&described.summary),
        base: if described.base.is_empty() {
            String::new()
        } else {
            join(&described.base, distro)
        },
        end_of_life: first.end_of_life.clone(),
        snapshot: first.snapshot(distro),
        created: first.created.clone(),
        settings: first.settings.clone(),
        tags: tags(described, &facts, digests),
        lacks: described.lacks.clone(),
        packages: plain_packages,
        debug_packages,
        platforms: of(&plain).map(platform).collect(),
        issues: merged_issues(&found),
        history: history
            .map(|history| changes::of_history(history, &title, distro))
            .unwrap_or_default(),
        upgrade: None,
        title,
    })
}

fn merged_issues(found: &[Found]) -> Option<Issues> {
    if found.is_empty() {
        return None;
    }
    Some(issues::merge(found))
}

fn platform(image: &Facts) -> Platform {
    Platform {
        architecture: image.image.architecture.clone(),
        layers: image.layers.clone(),
    }
}

/// The variants, in the order of their first images.
fn tags(described: &DescribedSet, facts: &[Facts], digests: &Digests) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    for image in facts {
        let known = tags.iter_mut().find(|tag| tag.name == image.tag);
        match known {
            Some(tag) => tag.images.push(image.image.clone()),
            None => tags.push(Tag {
                name: image.tag.clone(),
                target: described
                    .targets
                    .get(&image.tag)
                    .cloned()
                    .unwrap_or_default(),
                aliases: described
                    .aliases
                    .get(&image.tag)
                    .cloned()
                    .unwrap_or_default(),
                digest: digests.get(&image.tag).cloned(),
                user: image.user.clone(),
                workdir: image.workdir.clone(),
                images: vec![image.image.clone()],
            }),
        }
    }
    tags
}

/// States the difference of each image from the same image of the next distro that has it.
pub(super) fn state_upgrades(sets: &mut [ImageSet], distros: &[Distro]) {
    let upgrades: Vec<Option<Upgrade>> = sets
        .iter()
        .map(|set| {
            let place = distros
                .iter()
                .position(|distro| distro.name == set.distro)?;
            let mut later = distros.iter().skip(place + 1);
            let next = later.find_map(|distro| {
                let title = join(&set.name, &distro.name);
                sets.iter().find(|other| other.title == title)
            })?;
            Some(upgrade(set, next))
        })
        .collect();
    for (set, upgrade) in sets.iter_mut().zip(upgrades) {
        set.upgrade = upgrade;
    }
}

fn upgrade(old: &ImageSet, new: &ImageSet) -> Upgrade {
    let size = |set: &ImageSet, architecture: &str| {
        let images = set.plain().map(|tag| &tag.images)?;
        let image = images
            .iter()
            .find(|image| image.architecture == architecture)?;
        Some(image.size)
    };
    let mut architectures = old.platforms.iter().map(|platform| &*platform.architecture);
    Upgrade {
        to: new.title.clone(),
        packages: changes::between(&versions(old), &versions(new)),
        sizes: architectures.find_map(|one| Some((size(old, one)?, size(new, one)?))),
    }
}

fn versions(set: &ImageSet) -> BTreeMap<&str, String> {
    let packages = set.packages.iter();
    packages
        .map(|package| {
            let versions = package.versions.iter();
            let versions: Vec<&str> = versions.map(|version| &*version.version).collect();
            (&*package.name, versions.join(", "))
        })
        .collect()
}
