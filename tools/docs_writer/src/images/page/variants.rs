//! The section about variants: the meaning of their tags.

use std::collections::BTreeSet;

use image_facts::Origin;

use crate::images::image::Image;
use crate::images::set::{Catalogue, Set};
use crate::table::{code, Table};

/// The properties of one tag in all images. They are sets, because families may differ.
#[derive(Default)]
struct Variant {
    user: BTreeSet<String>,
    workdir: BTreeSet<String>,
    layers: BTreeSet<String>,
    env: BTreeSet<String>,
    entrypoint: BTreeSet<String>,
}

pub(super) fn section(catalogue: &Catalogue) -> String {
    let mut tags: Vec<&str> = Vec::new();
    for set in catalogue.sets() {
        for tag in set.tags() {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    let mut table = Table::new([
        "tag",
        "user",
        "working directory",
        "additional layers",
        "environment",
        "entrypoint",
    ]);
    for tag in tags {
        let mut variant = Variant::default();
        for set in catalogue.sets() {
            variant.add(set, tag);
        }
        let cells = [
            &variant.user,
            &variant.workdir,
            &variant.layers,
            &variant.env,
            &variant.entrypoint,
        ];
        table.row(format!("`{tag}`"), cells.map(code));
    }
    "## Variants\n\n\
     The last three columns list the differences from the first variant of the same image. An image that already has \
     an entrypoint keeps it. A tag names the index of all architectures, `TAG-ARCHITECTURE` the image for one. \
     `/busybox` is Debian's BusyBox, which has fewer programs than upstream's: [debugging](guides/debugging.md).\n\n"
        .to_owned()
        + &table.markdown()
        + &example(catalogue)
}

impl Variant {
    fn add(&mut self, set: &Set, tag: &str) {
        for image in set.tagged(tag) {
            self.user.insert(image.facts.user.clone());
            self.workdir.insert(image.facts.workdir.clone());
            let plain = set
                .plain()
                .find(|plain| plain.facts.architecture == image.facts.architecture);
            if let Some(plain) = plain {
                self.add_differences(plain, image);
            }
        }
    }

    fn add_differences(&mut self, plain: &Image, image: &Image) {
        for layer in &image.facts.layers {
            if !plain.facts.layers.contains(layer) {
                let name = match &layer.origin {
                    Origin::Package(package) => &package.name,
                    Origin::Other(name) => name,
                };
                self.layers.insert(name.clone());
            }
        }
        for entry in &image.facts.env {
            if !plain.facts.env.contains(entry) {
                self.env.insert(entry.clone());
            }
        }
        if image.facts.entrypoint != plain.facts.entrypoint {
            self.entrypoint.insert(image.facts.entrypoint.join(" "));
        }
    }
}

/// The names of one image as an example: the first image that has aliases without a distro.
fn example(catalogue: &Catalogue) -> String {
    let Some(set) = catalogue
        .sets()
        .find(|set| !set.described.aliases.is_empty())
    else {
        return String::new();
    };
    let described = &set.described;
    let mut table = Table::new(["published as", "target", "aliases"]);
    for (tag, target) in set
        .tags()
        .iter()
        .filter_map(|tag| Some((*tag, described.targets.get(*tag)?)))
    {
        let name = format!("`{}-{}:{tag}`", described.published, described.distro);
        let aliases = described.aliases.get(tag).map(code).unwrap_or_default();
        table.row(name, [format!("`{target}`"), aliases]);
    }
    if let Some((architecture, target)) = set
        .plain()
        .next()
        .zip(described.targets.get("latest"))
        .map(|(image, target)| (&image.facts.architecture, target))
    {
        table.row(
            format!(
                "`{}-{}:latest-{architecture}`",
                described.published, described.distro
            ),
            [format!("`{target}_{architecture}`"), String::new()],
        );
        table.row(
            "",
            [
                format!("`{target}_image`"),
                "the image for the target platform".to_owned(),
            ],
        );
    }
    format!(
        "Names without a distro mean `{}`. For example, the names of one image:\n\n",
        described.distro
    ) + &table.markdown()
}
