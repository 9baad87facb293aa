//! What `docker save` writes: `manifest.json`, which names configs and layers by their paths.

use std::collections::BTreeMap;

use blob::{Error, Result};
use oci_spec::image::MediaType;
use serde::Deserialize;

use super::{config, diff_ids, platform, Parts};
use crate::store::Store;
use crate::Layer;
use oci::Platform;

/// One image of the archive.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Saved {
    config: String,
    #[serde(default)]
    layers: Vec<String>,
}

/// All images of the archive, each with its platform.
pub(super) fn images(store: &Store) -> Result<Vec<(Platform, Saved)>> {
    let bytes = store.document("manifest.json")?;
    let saved: Vec<Saved> = oci::parse_json("manifest.json", &bytes)?;
    let mut images: Vec<(Platform, Saved)> = Vec::new();
    for image in saved {
        // One image under several names.
        if images.iter().any(|(_, known)| *known == image) {
            continue;
        }
        let config = config(&image.config, &store.document(&image.config)?)?;
        images.push((platform(&config), image));
    }
    Ok(images)
}

/// One of them.
pub(super) fn parts(store: &Store, saved: &Saved) -> Result<Parts> {
    let config = config(&saved.config, &store.document(&saved.config)?)?;
    let diff_ids = diff_ids(&saved.config, &config)?;
    if let Some(missing) = saved.layers.iter().find(|name| !store.has(name)) {
        return Err(Error::cannot(
            "read layer",
            missing,
            "it is not in the archive",
        ));
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
        layers: saved.layers.iter().map(layer).collect(),
        config,
        manifest: None,
    })
}
