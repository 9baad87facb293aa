//! One image for one platform.

use std::collections::HashMap;

use blob::Result;
use oci_spec::image::{Descriptor, ImageManifestBuilder, MediaType, SCHEMA_VERSION};

use crate::config::config;
use crate::inherit::{inherited, is_of_one_image, BASE_DIGEST, BASE_NAME};
use crate::{Base, Document, LayerMetadata, Settings};

/// A finished image: config, manifest, and the descriptor for an index.
#[derive(Clone, Debug)]
pub struct Image {
    /// The image configuration.
    pub config: Document,
    /// The manifest.
    pub manifest: Document,
    /// The descriptor of the manifest, with the platform.
    pub descriptor: Descriptor,
}

/// Makes an image: the layers of the base, then `layers`, lowest first.
///
/// With [`Settings::whole`], the image has only `layers`, which already contain the base's files. The annotations of
/// the base are then omitted, because they are for tools that replace the base's layers.
///
/// The config always has one history entry for each layer, plus entries without a layer.
///
/// # Errors
///
/// The base is for another platform, or the creation time of the base or of a layer is invalid.
pub fn image(settings: &Settings, base: Option<&Base>, layers: &[LayerMetadata]) -> Result<Image> {
    let config = config(settings, base, layers)?;
    let below = base.filter(|_| !settings.whole);
    let mut descriptors = below.map(|base| base.layers.clone()).unwrap_or_default();
    for layer in layers {
        descriptors.push(layer.descriptor()?);
    }
    let mut manifest = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageManifest)
        .config(config.descriptor(MediaType::ImageConfig)?)
        .layers(descriptors)
        .build()
        .map_err(|error| blob::Error::cannot("write", "manifest", error))?;
    let (of_manifest, of_descriptor) = places(settings, annotations(settings, base));
    manifest.set_annotations(of_manifest);
    let manifest = Document::of("manifest", &manifest)?;
    let mut descriptor = manifest.descriptor(MediaType::ImageManifest)?;
    descriptor
        .set_platform(Some(settings.platform.to_entry()))
        .set_annotations(of_descriptor);
    Ok(Image {
        config,
        manifest,
        descriptor,
    })
}

type Annotations = Option<HashMap<String, String>>;

/// Distributes the annotations to the manifest and its descriptor.
///
/// Other tools copy the manifest of a base with all its annotations (rules_oci edits it in place, crane and umoci copy
/// it), but no tool copies the descriptor, which is in the index or in `index.json`. So with [`Settings::is_base`],
/// annotations that describe only this image are put into the descriptor.
fn places(settings: &Settings, annotations: Annotations) -> (Annotations, Annotations) {
    if !settings.is_base {
        return (annotations, None);
    }
    let all = annotations.into_iter().flatten();
    let (own, shared): (HashMap<_, _>, HashMap<_, _>) =
        all.partition(|(key, _)| is_of_one_image(key));
    let filled = |map: HashMap<_, _>| (!map.is_empty()).then_some(map);
    (filled(shared), filled(own))
}

/// The base's digest is known here; all other annotations come from the base or from the settings.
fn annotations(settings: &Settings, base: Option<&Base>) -> Annotations {
    let mut known = inherited(base.and_then(|base| base.manifest.annotations().as_ref()));
    if let Some(base) = base.filter(|_| !settings.whole) {
        known.insert(BASE_DIGEST.into(), base.digest.to_string());
        if let Some(name) = &settings.base_name {
            known.insert(BASE_NAME.into(), name.clone());
        }
    }
    settings.annotations.over(known)
}
