//! The input of a push.

use registry::Repository;

use crate::content::{Graph, Source};

/// Images for one repository. A run has at most one publication for each repository.
pub struct Publication<'a> {
    /// The repository.
    pub repository: Repository,
    /// Its images. Two images may be the same, but they do not have the same tag.
    pub images: Vec<PushedImage<'a>>,
}

/// An image, an index or an artifact, with its tags.
pub struct PushedImage<'a> {
    /// The source of its blobs.
    pub source: &'a dyn Source,
    /// Its manifests.
    pub graph: &'a Graph,
    /// The tags; without a tag, the image is stored by its digest only, as a referrer is.
    pub tags: Vec<Tag>,
}

/// A tag of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag.
    pub name: String,
    /// Whether it must never point to another image, as a dated tag. If it does, the push fails before it writes.
    pub is_immutable: bool,
}

impl Tag {
    /// A tag that may point to another image later.
    pub fn moving(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_immutable: false,
        }
    }

    /// A tag that always points to the same image.
    pub fn immutable(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_immutable: true,
        }
    }
}

/// How to push.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests at the same time, at least 1.
    pub jobs: usize,
    /// Repositories that may have some of the blobs. Those of the same registry are asked to mount them.
    pub mount_from: Vec<Repository>,
    /// Whether nothing is written.
    pub is_dry_run: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 8,
            mount_from: Vec::new(),
            is_dry_run: false,
        }
    }
}
