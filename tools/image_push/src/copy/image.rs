//! An image to copy.

use oci::Descriptor;

use crate::content::Graph;

/// An image, an index or an artifact, with all documents below it.
pub(super) struct Image {
    pub(super) descriptor: Descriptor,
    pub(super) graph: Graph,
    pub(super) tags: Vec<String>,
}
