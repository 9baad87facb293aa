//! The images below a root.

use std::collections::{HashMap, HashSet};

use blob::{Blob, Digest, Result};
use oci::{Descriptor, Platform};

use crate::content::{blob_of, Graph, Node};

/// The annotation of Docker's attestations, which are in an index next to the images
/// (<https://docs.docker.com/build/metadata/attestations/attestation-storage/>).
const ATTESTATION: &str = "vnd.docker.reference.type";

/// The media types of configurations of images. Other manifests are artifacts.
const CONFIGURATIONS: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// The kind of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A list of images.
    Index,
    /// An image, with the platform that its index states.
    Image(Option<Platform>),
    /// A manifest that is not an image, such as a file.
    Artifact,
    /// An attestation of Docker about another image of the index.
    Attestation,
}

/// A manifest or an index.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its descriptor.
    pub(crate) descriptor: Descriptor,
    /// Digest and size.
    pub(crate) blob: Blob,
    /// Whether the index or another one lists it.
    pub(crate) is_child: bool,
}

impl Image {
    /// Whether it needs a signature. Artifacts and attestations in an index do not: the signature of the index has
    /// their digests.
    pub(crate) fn is_signed_itself(&self) -> bool {
        !self.is_child || matches!(self.kind, Kind::Index | Kind::Image(_))
    }
}

/// All manifests of a graph: the root first, then the others as the indexes list them.
///
/// # Errors
///
/// A descriptor has no SHA-256 digest.
pub(crate) fn images(graph: &Graph) -> Result<Vec<Image>> {
    let nodes = graph.nodes().iter();
    let by_digest: HashMap<Digest, &Node> = nodes.map(|node| (node.blob.digest, node)).collect();
    let mut known: HashSet<Digest> = HashSet::new();
    let mut images = Vec::new();
    if let Some(root) = graph.root() {
        known.insert(root.blob.digest);
        images.push(image(root, false));
    }
    for node in graph.nodes().iter().rev() {
        for child in &node.children {
            let digest = blob_of(child)?.digest;
            if let Some(found) = by_digest.get(&digest).filter(|_| known.insert(digest)) {
                images.push(image(found, true));
            }
        }
    }
    Ok(images)
}

fn image(node: &Node, is_child: bool) -> Image {
    Image {
        kind: kind(node),
        descriptor: node.descriptor.clone(),
        blob: node.blob,
        is_child,
    }
}

fn kind(node: &Node) -> Kind {
    let annotations = node.descriptor.annotations().as_ref();
    if annotations.is_some_and(|all| all.contains_key(ATTESTATION)) {
        return Kind::Attestation;
    }
    let media_type = node.descriptor.media_type().to_string();
    if media_type.contains(".index.") || media_type.contains(".manifest.list.") {
        return Kind::Index;
    }
    let configuration = node
        .blobs
        .first()
        .map(|first| first.media_type().to_string());
    let is_image = configuration.is_some_and(|found| CONFIGURATIONS.contains(&found.as_str()));
    if !is_image {
        return Kind::Artifact;
    }
    let platform = node.descriptor.platform().as_ref().map(|platform| {
        let variant = platform.variant().as_deref();
        let (os, architecture) = (
            platform.os().to_string(),
            platform.architecture().to_string(),
        );
        Platform::of_any(&os, &architecture, variant)
    });
    Kind::Image(platform)
}
