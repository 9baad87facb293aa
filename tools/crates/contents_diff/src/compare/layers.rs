use std::collections::BTreeMap;

use image_contents::{Image, Layer};

use crate::report::{LayerFacts, LayerReport};
use figures::sum;

/// The layers of two images, by the digests of their blobs. A blob that an image has twice is stored and downloaded once.
pub(super) fn compare(old: &Image, new: &Image) -> LayerReport {
    let (olds, news) = (blobs(old), blobs(new));
    let only = |image: &Image, own: &Blobs, others: &Blobs| -> Vec<LayerFacts> {
        let mut left = own.clone();
        let mut facts = Vec::new();
        for layer in &image.layers {
            let digest = layer.digest.to_string();
            if left.remove(&digest).is_some() && !others.contains_key(&digest) {
                facts.push(self::facts(layer, digest));
            }
        }
        facts
    };
    let added = only(new, &news, &olds);
    LayerReport {
        removed: only(old, &olds, &news),
        shared: news.len() - added.len(),
        old_size: sum(olds.values().copied()),
        new_size: sum(news.values().copied()),
        download: sum(added.iter().map(|layer| layer.size)),
        added,
    }
}

type Blobs = BTreeMap<String, u64>;

fn blobs(image: &Image) -> Blobs {
    let layers = image.layers.iter();
    layers
        .map(|layer| (layer.digest.to_string(), layer.size))
        .collect()
}

fn facts(layer: &Layer, digest: String) -> LayerFacts {
    LayerFacts {
        digest,
        size: layer.size,
        created_by: layer.created_by.clone(),
    }
}
