//! Chooses the code for the target.

use blob::Result;

use super::request::{Loaded, Request};
use super::target::Target;
use super::{archive, containerd, directory, docker, podman};

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
