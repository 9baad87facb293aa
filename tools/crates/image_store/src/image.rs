use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use blob::{Digest, Result};
use oci::Platform;
use oci_spec::image::{ImageConfiguration, ImageManifest};

use crate::open::Parts;
use crate::source::Store;
use crate::{open, FileId, Layer, Source, StoredFile};

/// All images of a directory or archive.
#[derive(Debug)]
pub struct Images {
    /// The digest of the index that lists the images; `None` for a single image without an index.
    pub index: Option<Digest>,
    /// The images, in the order of the index, without attestations and other artifacts. At least one.
    pub images: Vec<Image>,
}

impl Images {
    /// Opens all images; `path` is as for [`Image::open`].
    ///
    /// # Errors
    ///
    /// The documents of an image are missing or invalid, or do not match their digests, or there is no image.
    pub fn open(path: &Path) -> Result<Self> {
        let store = Arc::new(Store::open(path)?);
        let (index, parts) = open::find_all(&store)?;
        let images = parts.into_iter();
        let images = images.map(|parts| Image::of(Arc::clone(&store), parts));
        Ok(Self {
            index,
            images: images.collect(),
        })
    }
}

/// The image of one platform. Its documents are read and verified; its layers are not.
#[derive(Debug)]
pub struct Image {
    store: Arc<Store>,
    listed: Option<Platform>,
    config: ImageConfiguration,
    config_digest: Digest,
    digest: Option<Digest>,
    annotations: BTreeMap<String, String>,
    manifest: Option<ImageManifest>,
    layers: Vec<Layer>,
    /// The names of the layers in the store.
    names: Vec<String>,
}

impl Image {
    /// Opens an image.
    ///
    /// - `path`: a directory in OCI layout format, a tar archive of one (plain, gzip or zstd), or a `docker save`
    ///   archive (with `manifest.json`).
    /// - `platform`: `os/arch[/variant]`; required only if there are several images.
    ///
    /// # Errors
    ///
    /// The documents are missing or invalid, or do not match their digests, or there is not exactly one image for the
    /// platform. The message lists the platforms that exist.
    pub fn open(path: &Path, platform: Option<&str>) -> Result<Self> {
        let wanted = platform.map(Platform::parse).transpose()?;
        Self::find(Store::open(path)?, wanted)
    }

    /// Opens an image of a source; `name` is the name of the source in messages.
    ///
    /// # Errors
    ///
    /// As for [`Image::open`].
    pub fn from_source(
        name: impl Into<String>,
        source: Box<dyn Source>,
        platform: Option<&str>,
    ) -> Result<Self> {
        let wanted = platform.map(Platform::parse).transpose()?;
        Self::find(Store::of(name.into(), source), wanted)
    }

    fn find(store: Store, wanted: Option<Platform>) -> Result<Self> {
        let parts = open::find(&store, wanted)?;
        Ok(Self::of(Arc::new(store), parts))
    }

    fn of(store: Arc<Store>, parts: Parts) -> Self {
        let (layers, names) = parts.layers.into_iter().unzip();
        Self {
            store,
            listed: parts.listed,
            config: parts.config,
            config_digest: parts.config_digest,
            digest: parts.digest,
            annotations: parts.annotations,
            manifest: parts.manifest,
            layers,
            names,
        }
    }

    /// The path or name of the image, for messages.
    pub fn name(&self) -> &str {
        self.store.name()
    }

    /// The image configuration. Its ports and volumes are sorted.
    pub fn config(&self) -> &ImageConfiguration {
        &self.config
    }

    /// The digest of the configuration.
    pub fn config_digest(&self) -> Digest {
        self.config_digest
    }

    /// The digest of the manifest; `None` for `docker save` archives.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The annotations of the index entry that lists the image.
    pub fn entry_annotations(&self) -> &BTreeMap<String, String> {
        &self.annotations
    }

    /// The manifest; `None` for `docker save` archives.
    pub fn manifest(&self) -> Option<&ImageManifest> {
        self.manifest.as_ref()
    }

    /// The platform under which an index lists the image, where that is not the one of its configuration.
    pub fn mislisted(&self) -> Option<&Platform> {
        let own = open::platform(&self.config);
        self.listed.as_ref().filter(|listed| !listed.fits(&own))
    }

    /// The layers, lowest first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The text of the history of each layer, lowest first; empty for layers without history.
    pub fn histories(&self) -> Vec<String> {
        let history = self.config.history().iter().flatten();
        let history = history.filter(|entry| entry.empty_layer() != Some(true));
        let texts = history.map(|entry| entry.created_by().clone().unwrap_or_default());
        let mut texts: Vec<String> = texts.collect();
        texts.resize(self.layers.len(), String::new());
        texts
    }

    /// Opens the stored blob of a layer; `number` counts from the lowest layer. Its digest is not verified.
    ///
    /// # Errors
    ///
    /// The image has no such layer, or its file cannot be opened.
    pub fn open_layer(&self, number: usize) -> Result<StoredFile<'_>> {
        let (Some(layer), Some(name)) = (self.layers.get(number), self.names.get(number)) else {
            let cause = format!("it has {} layers", self.layers.len());
            return Err(blob::Error::cannot(
                format!("read layer {number} of"),
                self.name(),
                cause,
            ));
        };
        self.store.open_file(name, layer.blob)
    }

    /// The name of each layer's file, and its size: 0 for a file that cannot be opened. Equal names are one file.
    pub fn layer_files(&self) -> impl Iterator<Item = (&str, u64)> {
        let size = |name: &str| {
            let file = self.store.open_file(name, None);
            file.map_or(0, |file| file.size())
        };
        let names = self.names.iter();
        names.map(move |name| (name.as_str(), size(name)))
    }

    /// Whether this image and `other` have the same layers, with equal descriptors and in the same files.
    pub fn shares_layers(&self, other: &Self) -> bool {
        let (own, others) = (self.layers.len(), other.layers.len());
        own == others && (0..own).all(|number| self.shares_layer(other, number))
    }

    /// Whether both images describe the layer in the same way and store its blob in the same file.
    pub fn shares_layer(&self, other: &Self, number: usize) -> bool {
        let described = |image: &Self| image.layers.get(number).cloned();
        if described(self).is_none() || described(self) != described(other) {
            return false;
        }
        let file = |image: &Self| -> Option<FileId> { image.store.id(&image.names[number]) };
        file(self).is_some_and(|id| Some(id) == file(other))
    }
}
