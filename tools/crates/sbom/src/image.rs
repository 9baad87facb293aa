use blob::Digest;

use crate::{File, Package, Runtime};

/// An image index, and its images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The name: `static:debian12`.
    pub name: String,
    /// The digest of the index.
    pub digest: Digest,
    /// The latest creation time of its images, in the form of [`Image::created`].
    pub created: String,
    /// Its images.
    pub images: Vec<Image>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The name: `static:debian12`.
    pub name: String,
    /// The digest of the manifest.
    pub digest: Digest,
    /// The digest of the configuration.
    pub config: Digest,
    /// The operating system: `linux`.
    pub os: String,
    /// The architecture, by OCI's name: `arm64`.
    pub architecture: String,
    /// The variant of the architecture: `v7`.
    pub variant: Option<String>,
    /// The creation time of the image, in UTC and without a fraction: `2026-11-21T02:34:56Z`.
    pub created: String,
    /// The Linux distribution of its packages, if it has `os-release`.
    pub distro: Option<Distro>,
    /// Its layers, lowest first.
    pub layers: Vec<Layer>,
}

/// The Linux distribution of an image, from its `os-release`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distro {
    /// `ID`: `debian`.
    pub id: String,
    /// `VERSION_ID`: `12`.
    pub version: String,
    /// The organization that publishes it: `Debian`.
    pub vendor: Option<String>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The digest of the blob.
    pub digest: Digest,
    /// The digest of the uncompressed layer.
    pub diff_id: Digest,
    /// The size of the blob in bytes.
    pub size: u64,
    /// The media type of the blob.
    pub media_type: String,
    /// Its text in the history of the image: `deb netbase 6.4 all`.
    pub created_by: String,
    /// The packages whose files it has.
    pub packages: Vec<Package>,
    /// The runtimes whose files it has.
    pub runtimes: Vec<Runtime>,
    /// The files that belong to no package and no runtime: the build generated them.
    pub files: Vec<File>,
}

impl Image {
    /// The platform, as in the command line option of engines: `linux/arm/v7`.
    pub(crate) fn platform(&self) -> String {
        let variant = self.variant.iter().map(|variant| format!("/{variant}"));
        let base = format!("{}/{}", self.os, self.architecture);
        variant.fold(base, |base, variant| base + &variant)
    }
}

impl Layer {
    /// The files of all owners.
    pub(crate) fn all_files(&self) -> impl Iterator<Item = &File> {
        let packages = self.packages.iter().flat_map(|package| &package.files);
        let runtimes = self.runtimes.iter().flat_map(|runtime| &runtime.files);
        self.files.iter().chain(packages).chain(runtimes)
    }
}
