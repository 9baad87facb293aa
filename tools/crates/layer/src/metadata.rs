use std::collections::{BTreeMap, BTreeSet};

use blob::{Result, ResultExt};
use serde::Serialize;

/// Annotations that are valid for one blob only, not for another blob with the same files.
pub(crate) const OF_THE_BLOB: [&str; 2] = [TABLE_DIGEST, PLAIN_SIZE];

/// The digest of eStargz's table of contents.
pub(crate) const TABLE_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";

/// The uncompressed size of an eStargz blob in bytes.
pub(crate) const PLAIN_SIZE: &str = "io.containers.estargz.uncompressed-size";

/// The metadata of a layer for `index_writer` and `image_inspector`. The keys are those of rules_img and two more,
/// sorted.
#[derive(Serialize)]
pub(crate) struct Metadata<'a> {
    pub(crate) annotations: &'a BTreeMap<String, String>,
    pub(crate) diff_id: String,
    pub(crate) digest: String,
    /// The names in its `etc/group`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<&'a BTreeSet<String>>,
    pub(crate) history: History<'a>,
    #[serde(rename = "mediaType")]
    pub(crate) media_type: &'static str,
    pub(crate) name: &'a str,
    pub(crate) size: u64,
    /// The names in its `etc/passwd`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) users: Option<&'a BTreeSet<String>>,
}

/// The layer's line in the history of an image.
#[derive(Serialize)]
pub(crate) struct History<'a> {
    pub(crate) created: String,
    pub(crate) created_by: &'a str,
}

impl Metadata<'_> {
    /// Compact JSON without a newline.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).cannot("write", "metadata")
    }
}
