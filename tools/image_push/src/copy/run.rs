//! The steps of a copy.

use std::path::Path;

use blob::{Error, Result};
use oci::Platform;
use registry::{Access, Client, Reference};
use transfer::Progress;

use super::layout_origin::LayoutOrigin;
use super::origin::Origin;
use super::place::Place;
use super::registry_origin::RegistryOrigin;
use super::request::Request;
use super::selection::{select, Selection};
use super::{to_layout, to_registry};
use crate::content::{LayoutSource, RegistrySource};

/// Copies images. A second run changes nothing.
///
/// # Errors
///
/// The images do not exist, content is missing or wrong, a dated tag points to another image, or a destination refuses it.
pub(crate) fn copy(client: &Client<'_>, progress: &Progress, request: &Request<'_>) -> Result<()> {
    match request.from {
        Place::Layout(path, _) => {
            let origin = LayoutOrigin::new(LayoutSource::open(path)?)?;
            copy_from(client, progress, request, &origin)
        }
        Place::Repository(repository) => {
            let client_from = client.repository(repository, Access::Pull);
            let origin = RegistryOrigin::new(RegistrySource::new(client_from));
            copy_from(client, progress, request, &origin)
        }
        Place::Image(reference) => {
            let client_from = client.repository(reference.repository(), Access::Pull);
            let origin = RegistryOrigin::new(RegistrySource::new(client_from));
            copy_from(client, progress, request, &origin)
        }
    }
}

/// Writes an image of a registry to a layout, and nothing else: no referrers, no names, no output. Of an index, it writes
/// all documents, and the layers for the platforms, or all layers if no platform is given.
///
/// # Errors
///
/// The image does not exist, or content is missing or wrong, or a file cannot be written.
pub fn download(
    client: &Client<'_>,
    reference: &Reference,
    platforms: &[Platform],
    path: &Path,
    jobs: usize,
) -> Result<()> {
    let from = Place::Image(reference.clone());
    let request = Request {
        from: &from,
        to: &[],
        only: &[],
        without_referrers: true,
        is_dry_run: false,
        jobs,
    };
    let repository = client.repository(reference.repository(), Access::Pull);
    let origin = RegistryOrigin::new(RegistrySource::new(repository));
    let mut selection = select(&origin, &request)?;
    if !platforms.is_empty() {
        for image in &mut selection.images {
            image.graph = image.graph.clone().for_platforms(platforms);
        }
    }
    to_layout::download(&request, origin.source(), &selection, path)
}

fn copy_from(
    client: &Client<'_>,
    progress: &Progress,
    request: &Request<'_>,
    origin: &dyn Origin,
) -> Result<()> {
    let selection = select(origin, request)?;
    check(request, &selection)?;
    for place in request.to {
        if let Place::Layout(path, name) = place {
            to_layout::copy(
                progress,
                request,
                origin.source(),
                &selection,
                path,
                name.as_deref(),
            )?;
        }
    }
    to_registry::copy(client, progress, request, origin.source(), &selection)
}

/// Refuses destinations that name one image if there are several.
fn check(request: &Request<'_>, selection: &Selection) -> Result<()> {
    let is_one = selection.images.len() == 1;
    for place in request.to {
        if place.name().is_some() && !is_one {
            let cause = format!(
                "it names one image, and `{}` has {}",
                request.from,
                selection.images.len()
            );
            return Err(Error::cannot("copy to", place, cause)
                .hint("leave out the tag, or select one image"));
        }
    }
    Ok(())
}
