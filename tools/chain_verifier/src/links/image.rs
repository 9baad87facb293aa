//! The link `manifest`: from the layers to a manifest and its configuration.

use std::collections::BTreeMap;

use blob::{Digest, Result};

use crate::layer_content::LayerContent;
use crate::layout::{Layout, LayoutImage, LayoutLayer};
use crate::report::{LinkKind, Report, Verdict};

/// The layers that were read, by the digest that the manifest has.
pub(crate) type Layers = BTreeMap<Digest, LayerContent>;

/// Reads each layer once.
pub(crate) fn read_layers(layout: &Layout) -> Result<Layers> {
    let mut layers = Layers::new();
    for layer in layout.images.iter().flat_map(|image| &image.layers) {
        let digest = layer.blob.digest;
        let path = layout.blob_path(digest);
        if !layers.contains_key(&digest) && path.is_file() {
            layers.insert(digest, LayerContent::read(&path, &digest.to_string())?);
        }
    }
    Ok(layers)
}

/// Adds the link of each image.
pub(crate) fn verify(layout: &Layout, layers: &Layers, report: &mut Report) {
    for image in &layout.images {
        let faults = image.layers.iter().filter_map(|layer| fault(layer, layers));
        let faults: Vec<String> = faults.collect();
        let verdict = if faults.is_empty() {
            let count = image.layers.len();
            Verdict::Holds(format!(
                "its {count} layers have their digests and diff_ids"
            ))
        } else {
            Verdict::Broken(faults.join("; "))
        };
        report.add(LinkKind::Manifest, subject(image), verdict);
    }
}

fn subject(image: &LayoutImage) -> String {
    format!("{} {}", image.platform, image.digest)
}

/// Why a layer is not that of its manifest and its configuration.
pub(crate) fn fault(layer: &LayoutLayer, layers: &Layers) -> Option<String> {
    let digest = layer.blob.digest;
    let Some(content) = layers.get(&digest) else {
        return Some(format!("the layout does not have layer {digest}"));
    };
    if content.blob != layer.blob {
        let (found, size) = (content.blob.digest, content.blob.size);
        return Some(format!(
            "layer {digest} has digest {found} and {size} bytes, {} are listed",
            layer.blob.size
        ));
    }
    match (&content.archive, layer.diff_id) {
        (Err(cause), _) => Some(format!("layer {digest}: {cause}")),
        (Ok(_), None) => Some(format!(
            "the configuration does not have one diff_id for each layer: {digest}"
        )),
        (Ok(archive), Some(diff_id)) if archive.diff_id != diff_id => Some(format!(
            "layer {digest} has diff_id {}, the configuration has {diff_id}",
            archive.diff_id
        )),
        _ => None,
    }
}
