//! The facts about an image that an assessment needs.

use blob::Digest;

/// A binary package of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// The name: `libssl3`.
    pub name: String,
    /// The version of the binary package.
    pub version: String,
    /// The source package: `openssl`.
    pub source: String,
    /// The version of the source package.
    pub source_version: String,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// The last part of the repository's name, in lower case: `static`.
    pub name: String,
    /// The digest of the manifest.
    pub digest: Digest,
    /// The codename of the Debian release: `bookworm`.
    pub release: String,
    /// The binary packages, in any order.
    pub packages: Vec<Package>,
}

/// An image index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The last part of the repository's name, in lower case: `static`.
    pub name: String,
    /// The digest of the index.
    pub digest: Digest,
    /// The images, in any order.
    pub images: Vec<Image>,
}
