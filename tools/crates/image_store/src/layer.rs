use std::collections::BTreeMap;

use blob::{Blob, Digest};
use oci_spec::image::MediaType;

/// A layer, as the image's documents describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The name for messages: the digest, or the path in a `docker save` archive.
    pub name: String,
    /// Digest and size of its blob; `None` in a `docker save` archive.
    pub blob: Option<Blob>,
    /// Media type of its blob.
    pub media_type: MediaType,
    /// Digest of the uncompressed archive; `None` if the configuration lists too few of them.
    pub diff_id: Option<Digest>,
    /// Annotations of its descriptor.
    pub annotations: BTreeMap<String, String>,
}
