use std::collections::BTreeMap;
use std::path::Path;

use blob::{Blob, Digest, Error, Result};
use oci_spec::image::{ImageConfiguration, ImageManifest, MediaType};

use crate::{Root, Visitor};

/// One platform's image. Its documents are read and verified, nothing of its layers is.
#[derive(Debug)]
pub struct Image {
    config: ImageConfiguration,
    manifest: Option<ImageManifest>,
    layers: Vec<Layer>,
}

/// A layer, as the image's documents describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What messages call it: its digest, or its path in a `docker save` archive.
    pub name: String,
    /// Digest and size of its blob; `None` in a `docker save` archive.
    pub blob: Option<Blob>,
    /// Media type of its blob.
    pub media_type: MediaType,
    /// Digest of the unpacked archive; `None` where the config has too few of them.
    pub diff_id: Option<Digest>,
    /// Annotations of its descriptor.
    pub annotations: BTreeMap<String, String>,
}

impl Image {
    /// Opens an image.
    ///
    /// - `path`: an OCI layout folder, a tar of one (plain, gzip or zstd), or a `docker save` archive (with `manifest.json`).
    /// - `platform`: `os/arch[/variant]`; needed only where there are several; the error lists what there is.
    pub fn open(path: &Path, _platform: Option<&str>) -> Result<Self> {
        Err(Error::cannot("open image", path.display(), "not written yet"))
    }

    /// The image configuration.
    pub fn config(&self) -> &ImageConfiguration {
        &self.config
    }

    /// The manifest; `None` for `docker save` archives.
    pub fn manifest(&self) -> Option<&ImageManifest> {
        self.manifest.as_ref()
    }

    /// The layers, lowest first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Reads each layer exactly once, lowest first, gives every entry to every visitor, verifies size, digest and diff_id,
    /// and gives the merged root.
    pub fn read(&self, _visitors: &mut [&mut dyn Visitor]) -> Result<Root> {
        Err(Error::cannot("read", "layers", "not written yet"))
    }

    /// Writes the merged root into an empty folder.
    pub fn unpack(&self, folder: &Path) -> Result<()> {
        Err(Error::cannot("unpack into", folder.display(), "not written yet"))
    }
}
