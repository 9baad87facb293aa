//! From a path and a platform to the documents of one image.

mod docker;
mod layout;

use std::fmt::Display;
use std::path::Path;

use blob::{Digest, Error, Result};
use oci_spec::image::{ImageConfiguration, ImageManifest};

use crate::store::Store;
use crate::Layer;
use oci::Platform;

/// What is known of an image before its layers are read. Beside each layer, its name in the store.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) config: ImageConfiguration,
    pub(crate) manifest: Option<ImageManifest>,
    pub(crate) layers: Vec<(Layer, String)>,
}

/// Finds the image of a platform; without one, the only image there is.
pub(crate) fn open(path: &Path, platform: Option<&str>) -> Result<(Store, Parts)> {
    let wanted = platform.map(Platform::parse).transpose()?;
    let store = Store::open(path)?;
    let fail = |error: Error| error.within("open image", path.display());
    let parts = if store.has("oci-layout") {
        let images = layout::images(&store).map_err(fail)?;
        let image = choose(path, wanted, images)?;
        layout::parts(&store, &image).map_err(fail)?
    } else if store.has("manifest.json") {
        let images = docker::images(&store).map_err(fail)?;
        let image = choose(path, wanted, images)?;
        docker::parts(&store, &image).map_err(fail)?
    } else {
        let cause = "it has neither `oci-layout` nor `manifest.json`";
        let hint = "give an OCI layout folder, a tar of one, or what `docker save` wrote";
        return Err(Error::cannot("open image", store.path().display(), cause).hint(hint));
    };
    Ok((store, parts))
}

fn choose<T>(path: &Path, wanted: Option<Platform>, images: Vec<(Platform, T)>) -> Result<T> {
    let fail = |cause: String| Error::cannot("open image", path.display(), cause);
    if images.is_empty() {
        return Err(fail("it holds no image".to_owned()));
    }
    let mut all: Vec<_> = images
        .iter()
        .map(|(platform, _)| platform.to_string())
        .collect();
    all.sort();
    all.dedup();
    let all = all.join(", ");
    let fits: Vec<_> = match &wanted {
        None => images,
        Some(wanted) => {
            let exact = images.iter().any(|(platform, _)| platform.same(wanted));
            let fits = |platform: &Platform| match exact {
                true => platform.same(wanted),
                false => platform.is_a_variant_of(wanted),
            };
            images
                .into_iter()
                .filter(|(platform, _)| fits(platform))
                .collect()
        }
    };
    let (count, mut fits) = (fits.len(), fits.into_iter());
    match (fits.next(), &wanted) {
        (Some((_, image)), _) if count == 1 => Ok(image),
        (None, Some(wanted)) => Err(fail(format!(
            "it has no image for `{wanted}`, only for {all}"
        ))),
        (_, Some(wanted)) => Err(fail(format!("it has {count} images for `{wanted}`"))),
        (_, None) => {
            Err(fail(format!("it has {count} images, for {all}"))
                .hint("choose one with `--platform`"))
        }
    }
}

/// Reads a config; what it keeps as keys of objects is sorted.
fn config(name: &str, bytes: &[u8]) -> Result<ImageConfiguration> {
    let mut config: ImageConfiguration = oci::parse_json(name, bytes)?;
    if let Some(mut inner) = config.config().clone() {
        let sorted = |list: &Option<Vec<String>>| {
            let mut list = list.clone();
            list.iter_mut().for_each(|list| list.sort());
            list
        };
        inner.set_exposed_ports(sorted(inner.exposed_ports()));
        inner.set_volumes(sorted(inner.volumes()));
        config.set_config(Some(inner));
    }
    Ok(config)
}

fn diff_ids(name: impl Display, config: &ImageConfiguration) -> Result<Vec<Digest>> {
    let ids = config.rootfs().diff_ids().iter();
    let ids: Result<Vec<_>> = ids.map(|id| id.parse()).collect();
    ids.map_err(|error: Error| error.within("read", name))
}

/// The platform that a config names.
fn platform(config: &ImageConfiguration) -> Platform {
    let (os, architecture) = (config.os().to_string(), config.architecture().to_string());
    Platform::of_any(&os, &architecture, config.variant().as_deref())
}
