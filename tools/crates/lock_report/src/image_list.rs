//! The packages of each image: a JSON file that the rule `image_packages` writes
//! (docs/reference/formats/image_packages.md).

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use message::parse_json;
use serde::Deserialize;

use crate::report::{ImageReport, Report};

/// The maximum size of the file.
pub const MAX_IMAGE_LIST: u64 = 16 << 20;

/// The version that this crate reads.
const VERSION: u64 = 1;

/// The packages of images.
#[derive(Clone, Debug, Default)]
pub struct ImageList {
    images: Vec<ListedImage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    images: Vec<ListedImage>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedImage {
    name: String,
    tags: Vec<String>,
    /// Hub → package → Debian architectures, separated by spaces.
    packages: BTreeMap<String, BTreeMap<String, String>>,
}

impl ImageList {
    /// Parses the file. `name` is its name in messages.
    ///
    /// # Errors
    ///
    /// It is not JSON, has another version, or an unknown or missing field.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        let file: File =
            parse_json(bytes).map_err(|cause| Error::cannot("read image list", name, cause))?;
        if file.version != VERSION {
            let cause = format!("expected version {VERSION}, found {}", file.version);
            return Err(Error::cannot("read image list", name, cause));
        }
        Ok(Self {
            images: file.images,
        })
    }

    /// The images that the changes of a report concern, in the order of the list.
    pub fn affected(&self, report: &Report) -> Vec<ImageReport> {
        let affected = self.images.iter().map(|image| image.affected(report));
        affected
            .filter(|image| !image.packages.is_empty())
            .collect()
    }
}

impl ListedImage {
    /// The packages of the hub of a lock: `debian12`, or `NAME_debian12` of `debian.install_directory(name = "NAME")`.
    fn packages_of(&self, distro: &str) -> Option<&BTreeMap<String, String>> {
        let end = format!("_{distro}");
        let mut hubs = self.packages.iter();
        let found = hubs.find(|(hub, _)| *hub == distro || hub.ends_with(&end));
        found.map(|(_, packages)| packages)
    }

    fn affected(&self, report: &Report) -> ImageReport {
        let mut architectures: BTreeSet<&str> = BTreeSet::new();
        let mut packages: BTreeSet<String> = BTreeSet::new();
        let mut is_security = false;
        for (distro, source) in report.sources() {
            let Some(listed) = self.packages_of(&distro.distro) else {
                continue;
            };
            for package in &source.packages {
                let Some(of_image) = listed.get(&package.package) else {
                    continue;
                };
                let changed = of_image.split_whitespace();
                let changed =
                    changed.filter(|name| package.architectures.iter().any(|a| a == name));
                let changed: Vec<&str> = changed.collect();
                if !changed.is_empty() {
                    architectures.extend(changed);
                    packages.insert(format!("{} {}", package.package, package.versions()));
                    is_security |= source.is_security;
                }
            }
        }
        ImageReport {
            name: self.name.clone(),
            tags: self.tags.clone(),
            architectures: architectures.into_iter().map(str::to_owned).collect(),
            packages: packages.into_iter().collect(),
            is_security,
        }
    }
}
