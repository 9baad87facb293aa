//! The layers that an engine has.

use std::collections::HashSet;

use blob::{Digest, Result};
use serde::Deserialize;

use super::engine::Engine;
use crate::load::image::Image;

/// Images of the engine whose layers are compared.
const MAX_IMAGES: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    #[serde(default, rename = "RootFS")]
    root_fs: RootFs,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RootFs {
    #[serde(default)]
    layers: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    #[serde(default)]
    driver_status: Option<Vec<Vec<String>>>,
}

/// The layers of an image that the engine has, and that an archive may leave out.
///
/// Docker's own store finds a layer by its diff_id and those of all layers below it, and opens the file in the archive only
/// if it does not have the layer (`image/tarexport/load.go`). So the lowest layers that are the same as in another image can
/// be left out. containerd's image store unpacks blobs, so it needs all of them.
pub(super) fn known_layers(engine: &Engine, image: &Image) -> Result<HashSet<Digest>> {
    let info: Option<Info> = engine.get("/info")?;
    if info.is_none_or(|info| info.has_containerd_store()) {
        return Ok(HashSet::new());
    }
    let listed: Option<Vec<Listed>> = engine.get("/images/json?all=true")?;
    let mut common = 0;
    for other in listed.unwrap_or_default().iter().take(MAX_IMAGES) {
        let path = format!("/images/{}/json", other.id);
        let inspected: Option<Inspected> = engine.get(&path)?;
        let layers = inspected.and_then(|found| found.root_fs.layers);
        let pairs = layers.iter().flatten().zip(&image.diff_ids);
        let same = pairs.take_while(|(theirs, ours)| **theirs == ours.to_string());
        common = common.max(same.count());
    }
    let (lowest, others) = image.layers.split_at(common);
    let mut known: HashSet<Digest> = lowest.iter().map(|layer| layer.digest).collect();
    // The same blob may be a layer further up.
    for layer in others {
        known.remove(&layer.digest);
    }
    Ok(known)
}

impl Info {
    fn has_containerd_store(&self) -> bool {
        let pairs = self.driver_status.iter().flatten();
        let mut values = pairs.flatten();
        values.any(|value| value.starts_with("io.containerd.snapshotter"))
    }
}
