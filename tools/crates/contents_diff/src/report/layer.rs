use serde::Serialize;

/// The layers of two images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LayerReport {
    /// Layers that only the new image has, lowest first.
    pub added: Vec<LayerFacts>,
    /// Layers that only the old image has, lowest first.
    pub removed: Vec<LayerFacts>,
    /// The number of layers that both images have.
    pub shared: usize,
    /// The size of all blobs of the old image in bytes.
    pub old_size: u64,
    /// The size of all blobs of the new image in bytes.
    pub new_size: u64,
    /// The bytes of layers that a client with the old image downloads for the new image.
    pub download: u64,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerFacts {
    /// The digest of its blob.
    pub digest: String,
    /// The size of its blob in bytes.
    pub size: u64,
    /// Its text in the history of the image: `deb netbase 6.4 all`.
    pub created_by: String,
}

/// The bytes of the files of a package, runtime, or of neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The name of the package or runtime; `None` for files that belong to neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The bytes on the old side.
    pub old: u64,
    /// The bytes on the new side.
    pub new: u64,
}

impl LayerReport {
    /// Whether both images have the same layers.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}
