//! Where images are copied from.

use blob::{Digest, Result};
use oci::Descriptor;
use registry::Selector;

use crate::content::{Node, Source};

/// A repository or a layout with images, tags and referrers. Several threads use it at the same time.
pub(super) trait Origin: Sync {
    /// The content.
    fn source(&self) -> &dyn Source;

    /// All tags.
    ///
    /// # Errors
    ///
    /// They cannot be listed.
    fn tags(&self) -> Result<Vec<String>>;

    /// The images without a tag that are known. Referrers are not images.
    fn untagged(&self) -> Vec<Descriptor>;

    /// The manifest or index with this tag or digest, if it exists.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn find(&self, selector: &Selector) -> Result<Option<Descriptor>>;

    /// The manifests that have this subject.
    ///
    /// # Errors
    ///
    /// They cannot be listed.
    fn referrers(&self, subject: Digest) -> Result<Vec<Descriptor>>;
}

/// The descriptor of a referrer as registries list it: with the artifact type and the annotations of its manifest
/// (<https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>). Lists at tags, which
/// clients write, are often incomplete.
pub(super) fn listed(node: &Node) -> Descriptor {
    let document: serde_json::Value = serde_json::from_slice(&node.bytes).unwrap_or_default();
    let text = |value: Option<&serde_json::Value>| Some(value?.as_str()?.to_owned());
    let own = text(document.get("artifactType")).filter(|own| !own.is_empty());
    let config = || text(document.get("config")?.get("mediaType"));
    let mut descriptor = node.descriptor.clone();
    descriptor.set_artifact_type(own.or_else(config).map(|own| own.as_str().into()));
    let annotations = document.get("annotations").cloned().unwrap_or_default();
    descriptor.set_annotations(serde_json::from_value(annotations).unwrap_or_default());
    descriptor
}
