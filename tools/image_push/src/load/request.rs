//! An image to load, and the result.

use blob::Digest;
use oci::{Descriptor, Platform};
use transfer::Progress;

use super::name::Name;
use crate::content::Source;

/// An image to load.
pub(crate) struct Request<'a> {
    pub(crate) source: &'a dyn Source,
    /// The image or the index.
    pub(crate) root: &'a Descriptor,
    /// The platform; `None` for that of the machine.
    pub(crate) platform: Option<Platform>,
    /// Whether an index is loaded with all its images.
    pub(crate) all_platforms: bool,
    pub(crate) names: Vec<Name>,
    pub(crate) progress: &'a Progress,
}

/// An image that is there now.
pub(crate) struct Loaded {
    /// Its name; without a name, its ID.
    pub(crate) name: String,
    /// The digest of its manifest or index.
    pub(crate) digest: Digest,
    /// Whether it was there before, with this name.
    pub(crate) is_unchanged: bool,
}
