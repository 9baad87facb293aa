//! All images, grouped by their names and distros, with the layers that each adds to its base.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use image_facts::Layer;

use crate::images::described::{self, Described, Distro};
use crate::images::image::Image;

/// The data of the whole page.
pub(crate) struct Catalogue {
    pub(crate) distros: Vec<Distro>,
    pub(crate) families: Vec<Family>,
    /// All architectures, in the order of their first image.
    pub(crate) architectures: Vec<String>,
}

pub(crate) struct Family {
    /// Published name and distro, to the reason why there is no such image.
    pub(crate) not_made: BTreeMap<(String, String), String>,
    pub(crate) sets: Vec<Set>,
}

/// The images with one name for one distro.
pub(crate) struct Set {
    pub(crate) described: described::Set,
    pub(crate) images: Vec<Image>,
}

impl Catalogue {
    /// Reads the documents of all images.
    pub(crate) fn read(described: Described) -> Result<Self> {
        let mut catalogue = Self {
            distros: described.distros,
            families: Vec::new(),
            architectures: Vec::new(),
        };
        for family in described.families {
            let sets: Vec<Set> = family
                .sets
                .into_iter()
                .map(Set::read)
                .collect::<Result<_>>()?;
            for image in sets.iter().flat_map(|set| &set.images) {
                if !catalogue.architectures.contains(&image.facts.architecture) {
                    catalogue
                        .architectures
                        .push(image.facts.architecture.clone());
                }
            }
            catalogue.families.push(Family {
                not_made: not_made(family.not_made)?,
                sets,
            });
        }
        catalogue.check_reasons()?;
        Ok(catalogue)
    }

    pub(crate) fn sets(&self) -> impl Iterator<Item = &Set> {
        self.families.iter().flat_map(|family| &family.sets)
    }

    /// The set with this name and distro.
    pub(crate) fn set(&self, published: &str, distro: &str) -> Option<&Set> {
        self.sets()
            .find(|set| set.described.published == published && set.described.distro == distro)
    }

    /// The base of a plain image, if it has one.
    pub(crate) fn base(&self, set: &Set, image: &Image) -> Result<Option<&Image>> {
        let name = &set.described.base;
        if name.is_empty() {
            return Ok(None);
        }
        let base = self.set(name, &set.described.distro).and_then(|base| {
            base.plain()
                .find(|base| base.facts.architecture == image.facts.architecture)
        });
        match base {
            Some(base) if image.facts.layers.starts_with(&base.facts.layers) => Ok(Some(base)),
            Some(_) => Err(set.refused(format!(
                "the lowest layers for `{}` are not those of `{name}`",
                image.facts.architecture
            ))),
            None => Err(set.refused(format!(
                "there is no `{name}` for `{}` to build it on",
                image.facts.architecture
            ))),
        }
    }

    /// The layers that a plain image adds to its base.
    pub(crate) fn own_layers<'a>(&self, set: &Set, image: &'a Image) -> Result<&'a [Layer]> {
        let below = self
            .base(set, image)?
            .map_or(0, |base| base.facts.layers.len());
        Ok(&image.facts.layers[below..])
    }

    /// Checks that there is a reason for every missing image.
    fn check_reasons(&self) -> Result<()> {
        for set in self.sets() {
            let made = set.architectures();
            for architecture in &self.architectures {
                if !made.contains(architecture.as_str())
                    && !set.described.lacks.contains_key(architecture)
                {
                    let cause =
                        format!("no reason is given why there is no image for `{architecture}`");
                    return Err(set
                        .refused(cause)
                        .hint("add the reason to `lacks` of its `image_family`"));
                }
            }
        }
        Ok(())
    }
}

impl Family {
    /// The published names, in the order of their first set.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for set in &self.sets {
            if !names.contains(&set.described.published.as_str()) {
                names.push(&set.described.published);
            }
        }
        names
    }
}

impl Set {
    fn read(described: described::Set) -> Result<Self> {
        let images = described
            .images
            .iter()
            .map(Image::read)
            .collect::<Result<_>>()?;
        Ok(Self { described, images })
    }

    /// The tags of the available images, the plain one first.
    pub(crate) fn tags(&self) -> Vec<&str> {
        let mut tags = Vec::new();
        for image in &self.images {
            if !tags.contains(&image.tag.as_str()) {
                tags.push(image.tag.as_str());
            }
        }
        tags
    }

    /// The images with one tag, one for each architecture.
    pub(crate) fn tagged<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Image> {
        self.images.iter().filter(move |image| image.tag == tag)
    }

    /// The plain images.
    pub(crate) fn plain(&self) -> impl Iterator<Item = &Image> {
        let first = self.images.first().map_or("", |image| image.tag.as_str());
        self.tagged(first)
    }

    pub(crate) fn architectures(&self) -> BTreeSet<&str> {
        self.plain()
            .map(|image| image.facts.architecture.as_str())
            .collect()
    }

    fn refused(&self, cause: String) -> Error {
        let object = format!("{}-{}", self.described.published, self.described.distro);
        Error::cannot("describe", object, cause)
    }
}

fn not_made(reasons: BTreeMap<String, String>) -> Result<BTreeMap<(String, String), String>> {
    let parted = reasons.into_iter().map(|(key, reason)| {
        let (name, distro) = key
            .split_once(' ')
            .ok_or_else(|| Error::cannot("read", &key, "expected `NAME DISTRO`"))?;
        Ok(((name.to_owned(), distro.to_owned()), reason))
    });
    parted.collect()
}
