//! The facts about the images of one name for one distro.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::changes::{Change, PackageChange};
use crate::issues::Issues;

/// The images of one name for one distro.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ImageSet {
    /// The published name with the distro: `static-debian12`.
    pub(crate) title: String,
    /// The published name: `static`.
    pub(crate) name: String,
    /// The distro: `debian12`.
    pub(crate) distro: String,
    /// The family: `static`.
    pub(crate) family: String,
    /// A sentence about the purpose, or empty.
    pub(crate) summary: String,
    /// The title of the base image, or empty.
    pub(crate) base: String,
    /// The last day of support of distro and language, or empty.
    pub(crate) end_of_life: String,
    /// The time of the lock of the packages, or empty.
    pub(crate) snapshot: String,
    /// The creation time of the images.
    pub(crate) created: String,
    /// How an engine runs the image without variant.
    pub(crate) settings: Settings,
    /// Its variants.
    pub(crate) tags: Vec<Tag>,
    /// Architecture to the reason why there is no image for it.
    pub(crate) lacks: BTreeMap<String, String>,
    /// The packages of the image without variant, in the order of the layers.
    pub(crate) packages: Vec<Package>,
    /// The packages that only the debug variants have.
    pub(crate) debug_packages: Vec<Package>,
    /// The layers of the image without variant, by architecture.
    pub(crate) platforms: Vec<Platform>,
    /// The known issues of the image without variant; `None` without a lock of the tracker.
    pub(crate) issues: Option<Issues>,
    /// The changes, newest first.
    pub(crate) history: Vec<Change>,
    /// The difference from the same image of the next distro.
    pub(crate) upgrade: Option<Upgrade>,
}

/// How an engine runs an image.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Settings {
    pub(crate) entrypoint: Vec<String>,
    pub(crate) cmd: Vec<String>,
    pub(crate) env: Vec<String>,
}

/// A variant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tag {
    /// `latest`
    pub(crate) name: String,
    /// The label of the index.
    pub(crate) target: String,
    /// The labels without a distro.
    pub(crate) aliases: Vec<String>,
    /// The digest of the index, if this machine could build it.
    pub(crate) digest: Option<String>,
    /// The user.
    pub(crate) user: String,
    /// The working directory.
    pub(crate) workdir: String,
    /// Its images.
    pub(crate) images: Vec<TagImage>,
}

/// An image of a variant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TagImage {
    /// `arm64`
    pub(crate) architecture: String,
    /// `linux/arm64/v8`
    pub(crate) platform: String,
    /// The digest of the manifest.
    pub(crate) digest: String,
    /// The sum of the sizes of the layers, compressed.
    pub(crate) size: u64,
    /// The number of layers.
    pub(crate) layers: usize,
}

/// A package of an image, or a runtime that is not a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Whether it is a Debian package.
    pub(crate) is_debian: bool,
    /// The versions, each with its architectures.
    pub(crate) versions: Vec<Version>,
    /// The source package; empty for a runtime.
    pub(crate) source: String,
    /// The section, or empty.
    pub(crate) section: String,
    /// The URL of the project, or empty.
    pub(crate) homepage: String,
    /// The bytes of its files, on the first architecture that has it.
    pub(crate) size: u64,
    /// The identifiers of its licences.
    pub(crate) licences: Vec<String>,
    /// The title of the first image of the chain of base images that has it.
    pub(crate) origin: String,
}

/// A version of a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Version {
    pub(crate) version: String,
    /// The version of the source package; empty for a runtime.
    pub(crate) source_version: String,
    pub(crate) architectures: Vec<String>,
}

/// The layers for one architecture.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Platform {
    pub(crate) architecture: String,
    pub(crate) layers: Vec<Layer>,
}

/// A layer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Layer {
    pub(crate) digest: String,
    /// The compressed size.
    pub(crate) size: u64,
    /// Its text in the history of the image.
    pub(crate) created_by: String,
    /// The title of the first image of the chain of base images that has it.
    pub(crate) origin: String,
    /// The owners of its files and their bytes, largest first. Files without a package have an empty name.
    pub(crate) parts: Vec<Part>,
}

/// The files of one owner in a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// The difference from the same image of the next distro.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Upgrade {
    /// The title of the other image.
    pub(crate) to: String,
    /// The packages that differ.
    pub(crate) packages: Vec<PackageChange>,
    /// The size of the first architecture that both have, here and there.
    pub(crate) sizes: Option<(u64, u64)>,
}

impl ImageSet {
    /// A variant by its tag.
    pub(crate) fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    /// The variant that the page shows first: without a suffix.
    pub(crate) fn plain(&self) -> Option<&Tag> {
        self.tag(PLAIN).or_else(|| self.tags.first())
    }
}

/// The tag of the images without variant.
pub(crate) const PLAIN: &str = "latest";
