//! The format of `docker save`: `manifest.json` names configurations and layers by their paths.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Error, Result};
use oci::{Platform, SavedImage};
use oci_spec::image::MediaType;

use super::{config, diff_ids, platform, Budget, Parts};
use crate::source::Store;
use crate::Layer;

/// Largest number of images in an archive: each has a configuration, which is read for its platform.
const MAX_IMAGES: usize = 1_000;

/// All images of the archive, each with its platform.
pub(super) fn images(store: &Store) -> Result<Vec<(Platform, SavedImage)>> {
    let mut budget = Budget::default();
    let bytes = store.document("manifest.json")?;
    let saved = oci::read_saved("manifest.json", &bytes)?;
    if saved.len() > MAX_IMAGES {
        let cause = format!(
            "it lists {} images, at most {MAX_IMAGES} are read",
            saved.len()
        );
        return Err(Error::cannot("read", "manifest.json", cause));
    }
    let mut images = Vec::new();
    let mut known = BTreeSet::new();
    for image in saved {
        // The same image may be listed under several names.
        if !known.insert((image.config.clone(), image.layers.clone())) {
            continue;
        }
        let bytes = budget.spend(store.document(&image.config)?)?;
        images.push((platform(&config(&image.config, &bytes)?), image));
    }
    Ok(images)
}

/// The digest of the list of images.
pub(super) fn digest(store: &Store) -> Result<Digest> {
    store
        .document("manifest.json")
        .map(|bytes| Digest::of(&bytes))
}

/// The parts of one image.
pub(super) fn parts(store: &Store, saved: &SavedImage) -> Result<Parts> {
    let bytes = store.document(&saved.config)?;
    let config = config(&saved.config, &bytes)?;
    let diff_ids = diff_ids(&saved.config, &config)?;
    for name in &saved.layers {
        store.open_file(name, None)?;
    }
    let mut diff_ids = diff_ids.into_iter();
    let layer = |name: &String| {
        let layer = Layer {
            name: name.clone(),
            blob: None,
            media_type: MediaType::ImageLayer,
            diff_id: diff_ids.next(),
            annotations: BTreeMap::new(),
        };
        (layer, name.clone())
    };
    Ok(Parts {
        listed: None,
        layers: saved.layers.iter().map(layer).collect(),
        config,
        config_digest: Digest::of(&bytes),
        digest: None,
        annotations: BTreeMap::new(),
        manifest: None,
    })
}
