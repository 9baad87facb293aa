use std::collections::BTreeMap;

use blob::Digest;
use serde::{Deserialize, Serialize};

use crate::{Entry, Package, Runtime, Settings};

/// An image index, and its images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The name: `static:debian12`.
    pub name: String,
    /// The digest of the index.
    pub digest: Digest,
    /// The latest creation time of its images, in the form of [`Image::created`].
    pub created: String,
    /// Its images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The creation time of the image, in UTC and without a fraction: `2026-11-21T02:34:56Z`.
    pub created: String,
    /// The Linux distribution of its packages, if it has `os-release`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distro: Option<Distro>,
    /// How an engine runs it.
    pub settings: Settings,
    /// The annotations of the manifest, and those of its descriptor if the index or the layout has it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// The locks that its packages come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<LockReference>,
    /// Its layers, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Layer>,
}

/// The Linux distribution of an image, from its `os-release`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distro {
    /// `ID`: `debian`.
    pub id: String,
    /// `VERSION_ID`: `12`.
    pub version: String,
    /// `VERSION_CODENAME`: `bookworm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codename: Option<String>,
    /// The organization that publishes it: `Debian`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
}

/// A lock of packages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockReference {
    /// The name of the distro: `debian12`.
    pub distro: String,
    /// The SHA-256 of the file.
    pub sha256: Digest,
    /// The snapshot time: `2026-11-20T02:11:10Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    /// The runtimes whose files it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runtimes: Vec<Runtime>,
    /// The entries that belong to no package and no runtime: directories, files that the build generated, and files of
    /// users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// The shared libraries among its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<Library>,
}

/// A shared library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// The path, as in [`Entry::path`].
    pub path: String,
    /// The SONAME: `libc.so.6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soname: Option<String>,
    /// The exported symbols, sorted: `malloc@GLIBC_2.2.5`. Many: the contents file of a build leaves them out, and a
    /// difference reads them from the layer details.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<String>,
}

impl Image {
    /// The platform, as in the command line option of engines: `linux/arm/v7`.
    pub fn platform(&self) -> String {
        let variant = self.variant.iter().map(|variant| format!("/{variant}"));
        let base = format!("{}/{}", self.os, self.architecture);
        variant.fold(base, |base, variant| base + &variant)
    }
}

impl Layer {
    /// The entries of all owners.
    pub fn all_entries(&self) -> impl Iterator<Item = &Entry> {
        let packages = self.packages.iter().flat_map(|package| &package.entries);
        let runtimes = self.runtimes.iter().flat_map(|runtime| &runtime.entries);
        self.entries.iter().chain(packages).chain(runtimes)
    }
}
