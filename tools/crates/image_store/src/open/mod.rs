//! Finds the documents of one image by path and platform.

mod docker;
mod layout;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use blob::{Digest, Error, Result};
use oci_spec::image::{ImageConfiguration, ImageManifest};

use crate::source::Store;
use crate::Layer;
use oci::{Platform, MAX_DOCUMENT};

/// Types of other entries that a message lists.
const MAX_SHOWN: usize = 5;

/// The parts of an image that are known before its layers are read. Each layer comes with its name in the store.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The platform that the index states for the image.
    pub(crate) listed: Option<Platform>,
    pub(crate) config: ImageConfiguration,
    pub(crate) config_digest: Digest,
    /// The digest of the manifest; `None` in a `docker save` archive.
    pub(crate) digest: Option<Digest>,
    /// The annotations of the entry that lists the image.
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) manifest: Option<ImageManifest>,
    pub(crate) layers: Vec<(Layer, String)>,
}

/// Total size of the documents that are read during the search for an image: an index may list thousands.
const MAX_DOCUMENTS: u64 = 16 * MAX_DOCUMENT;

/// Bytes that may still be read.
#[derive(Debug)]
struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_DOCUMENTS)
    }
}

impl Budget {
    fn spend(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>> {
        let left = self.0.checked_sub(bytes.len() as u64).ok_or_else(|| {
            let cause = format!("they have more than {MAX_DOCUMENTS} bytes together");
            Error::cannot("read", "indexes, manifests and configurations", cause)
        })?;
        self.0 = left;
        Ok(bytes)
    }
}

/// Finds the image of a platform; without a platform, the only image.
pub(crate) fn find(store: &Store, wanted: Option<Platform>) -> Result<Parts> {
    let search = Search { wanted, store };
    match (store.has("oci-layout"), store.has("manifest.json")) {
        (true, is_saved) => match search.layout() {
            // Docker and skopeo read only `manifest.json`, and engines have written archives with a damaged OCI layout.
            Err(Miss::Unusable(error)) if is_saved => search.saved().map_err(|_| error),
            parts => parts.map_err(Miss::into_error),
        },
        (false, true) => search.saved().map_err(Miss::into_error),
        (false, false) => {
            let cause = "it has neither `oci-layout` nor `manifest.json`";
            let hint = "give an OCI layout directory, a tar of one, or the output of `docker save`";
            Err(search.fail(cause).hint(hint))
        }
    }
}

/// Finds all images, in the order of the indexes; artifacts are left out. Also returns the digest of the index, if the
/// store has one index of images, or several images.
pub(crate) fn find_all(store: &Store) -> Result<(Option<Digest>, Vec<Parts>)> {
    let search = Search {
        wanted: None,
        store,
    };
    let unusable = |error: Error| error.within("open image", store.name());
    if !store.has("oci-layout") {
        if !store.has("manifest.json") {
            return find(store, None).map(|parts| (None, vec![parts]));
        }
        let images = docker::images(store).map_err(unusable)?;
        let parts = images.iter().map(|(_, image)| docker::parts(store, image));
        let parts: Vec<_> = parts.collect::<Result<_>>().map_err(unusable)?;
        let index = (parts.len() > 1)
            .then(|| docker::digest(store))
            .transpose()?;
        return Ok((index, parts));
    }
    let listing = layout::list(store).map_err(unusable)?;
    if let Some(broken) = listing.broken {
        return Err(unusable(broken));
    }
    let images = listing.images.iter().map(|(_, entry)| entry);
    let images: Vec<_> = images
        .filter(|entry| layout::is_image(store, entry))
        .collect();
    if images.is_empty() {
        let cause = no_image(&listing.others);
        let is_empty = listing.others.is_empty();
        return Err(search.fail(if is_empty {
            "it contains no image"
        } else {
            &cause
        }));
    }
    let parts = images.iter().map(|entry| layout::parts(store, entry));
    let parts: Vec<_> = parts.collect::<Result<_>>().map_err(unusable)?;
    let index = layout::index_digest(store, parts.len()).map_err(unusable)?;
    Ok((index, parts))
}

/// Why there is no image.
enum Miss {
    /// The documents are invalid.
    Unusable(Error),
    /// No image matches, or more than one.
    Choice(Error),
}

impl Miss {
    fn into_error(self) -> Error {
        match self {
            Self::Unusable(error) | Self::Choice(error) => error,
        }
    }
}

struct Search<'a> {
    wanted: Option<Platform>,
    store: &'a Store,
}

impl Search<'_> {
    fn fail(&self, cause: impl Display) -> Error {
        Error::cannot("open image", self.store.name(), cause)
    }

    fn unusable(&self, error: Error) -> Miss {
        Miss::Unusable(error.within("open image", self.store.name()))
    }

    /// Searches `oci-layout` and `index.json`.
    fn layout(&self) -> std::result::Result<Parts, Miss> {
        let listing = layout::list(self.store).map_err(|error| self.unusable(error))?;
        let image = match self.choose(listing.images, |entry| layout::is_image(self.store, entry)) {
            Err(Miss::Unusable(error)) => Err(Miss::Unusable(match listing.broken {
                Some(broken) => broken.within("open image", self.store.name()),
                None if listing.others.is_empty() => error,
                None => self.fail(no_image(&listing.others)),
            })),
            Err(miss) => match listing.broken {
                Some(broken) => Err(self.unusable(broken)),
                None => Err(miss),
            },
            Ok(image) => match listing.broken.filter(|_| self.wanted.is_none()) {
                Some(broken) => Err(self.unusable(broken)),
                None => Ok(image),
            },
        }?;
        let parts = layout::parts(self.store, &image).map_err(|error| self.unusable(error))?;
        self.check_layers(&parts)?;
        Ok(parts)
    }

    /// Searches `manifest.json`.
    fn saved(&self) -> std::result::Result<Parts, Miss> {
        let images = docker::images(self.store).map_err(|error| self.unusable(error))?;
        let image = self.choose(images, |_| true)?;
        docker::parts(self.store, &image).map_err(|error| self.unusable(error))
    }

    /// Reports errors that reading the layers would find, so that `manifest.json` can be tried instead.
    fn check_layers(&self, parts: &Parts) -> std::result::Result<(), Miss> {
        if !self.store.has("manifest.json") {
            return Ok(());
        }
        let (layers, ids) = (parts.layers.len(), parts.config.rootfs().diff_ids().len());
        if layers != ids {
            let cause = format!("it has {layers} layers, and its config {ids} diff_ids");
            return Err(Miss::Unusable(self.fail(cause)));
        }
        let missing = parts.layers.iter().find(|(_, name)| !self.store.has(name));
        missing.map_or(Ok(()), |(layer, _)| {
            Err(Miss::Unusable(
                self.fail(format!("it has no layer `{}`", layer.name)),
            ))
        })
    }

    fn choose<T>(
        &self,
        images: Vec<(Platform, T)>,
        is_image: impl Fn(&T) -> bool,
    ) -> std::result::Result<T, Miss> {
        if images.is_empty() {
            return Err(Miss::Unusable(self.fail("it contains no image")));
        }
        let mut all: Vec<_> = images
            .iter()
            .map(|(platform, _)| platform.to_string())
            .collect();
        all.sort();
        all.dedup();
        let all = all.join(", ");
        let fits = self.fitting(images);
        let found = fits.len();
        let mut fits: Vec<_> = fits.into_iter().filter(is_image).collect();
        let count = fits.len();
        let choice = |cause: String| Miss::Choice(self.fail(cause));
        match (fits.pop(), &self.wanted) {
            (Some(image), _) if count == 1 => Ok(image),
            (None, Some(wanted)) if found == 0 => Err(choice(format!(
                "it has no image for `{wanted}`, only for {all}"
            ))),
            (None, _) => Err(Miss::Unusable(
                self.fail("it contains no image, only artifacts"),
            )),
            (_, Some(wanted)) => Err(choice(format!("it has {count} images for `{wanted}`"))),
            (_, None) => Err(Miss::Choice(
                self.fail(format!("it has {count} images, for {all}"))
                    .hint("choose one with `--platform`"),
            )),
        }
    }

    /// The images for the requested platform. An image without a platform matches any platform if it is the only one.
    fn fitting<T>(&self, images: Vec<(Platform, T)>) -> Vec<T> {
        let exact = |wanted: &Platform| images.iter().any(|(platform, _)| platform.same(wanted));
        let is_exact = self.wanted.as_ref().is_some_and(exact);
        let is_only = images.len() == 1;
        let fits = |platform: &Platform| match &self.wanted {
            None => true,
            Some(wanted) if is_exact => platform.same(wanted),
            Some(wanted) => platform.is_a_variant_of(wanted) || is_only && platform.is_unnamed(),
        };
        let fitting = images.into_iter().filter(|(platform, _)| fits(platform));
        fitting.map(|(_, image)| image).collect()
    }
}

/// The cause of an error if indexes list only other things.
fn no_image(others: &BTreeSet<String>) -> String {
    let shown: Vec<_> = others
        .iter()
        .take(MAX_SHOWN)
        .map(|kind| format!("`{kind}`"))
        .collect();
    let more = others.len() - shown.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("it contains no image, only {}{more}", shown.join(", "))
}

/// Reads a configuration. Sorts the lists that are the keys of JSON objects.
fn config(name: &str, bytes: &[u8]) -> Result<ImageConfiguration> {
    let mut config = oci::read_config(name, bytes)?;
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

/// The platform in a configuration.
pub(crate) fn platform(config: &ImageConfiguration) -> Platform {
    let (os, architecture) = (config.os().to_string(), config.architecture().to_string());
    Platform::of_any(&os, &architecture, config.variant().as_deref())
}
