//! Loads an image into a container engine, a layout or an archive: only content that is missing there.
//!
//! ```text
//! load ─▶ docker, podman, containerd, directory ─▶ archive, program ─▶ image
//! ```

mod archive;
mod containerd;
mod directory;
mod docker;
mod image;
mod name;
mod podman;
mod program;
mod target;

use blob::{Digest, Result};
use oci::{Descriptor, Platform};
use transfer::Progress;

use crate::content::Source;

pub(crate) use name::Name;
pub(crate) use target::Target;

/// An image to load.
pub(crate) struct Request<'a> {
    pub(crate) source: &'a dyn Source,
    /// The image or the index.
    pub(crate) root: &'a Descriptor,
    /// The platform; `None` for that of the machine.
    pub(crate) platform: Option<Platform>,
    /// Whether an index is loaded as it is, with all its images.
    pub(crate) all_platforms: bool,
    pub(crate) names: Vec<Name>,
    pub(crate) progress: &'a Progress,
}

/// An image that is there now.
pub(crate) struct Loaded {
    /// Its name, or its ID if it has none.
    pub(crate) name: String,
    /// The digest of its manifest or index.
    pub(crate) digest: Digest,
    /// Whether it was there before, with this name.
    pub(crate) is_unchanged: bool,
}

/// Loads an image. The result has an entry for each name.
///
/// # Errors
///
/// The image has nothing for the platform, the content is missing or wrong, or the target refuses it.
pub(crate) fn load(request: &Request<'_>, target: &Target) -> Result<Vec<Loaded>> {
    match target {
        Target::Docker => docker::load(request),
        Target::Podman => podman::load(request),
        Target::Containerd => containerd::load(request),
        Target::Directory(path) => directory::load(request, path),
        Target::Archive(path) => archive::load(request, path),
    }
}
