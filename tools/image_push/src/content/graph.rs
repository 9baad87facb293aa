//! All documents below a root: an image, an index of images, or an artifact.

use std::collections::{BTreeMap, HashSet};

use blob::{Blob, Digest, Error, Result, ResultExt};
use oci::{Descriptor, Platform, MAX_DOCUMENT};
use serde::de::IgnoredAny;
use serde::Deserialize;

use super::Source;

/// Nesting depth of indexes.
const MAX_DEPTH: usize = 4;

/// Documents below a root, and descriptors in all of them.
const MAX_DOCUMENTS: usize = 10_000;
const MAX_DESCRIPTORS: usize = 200_000;

/// Bytes of all documents below a root.
const MAX_BYTES: u64 = 16 << 20;

/// Layers that are not in registries
/// (<https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers>).
const FOREIGN: [&str; 2] = [
    "application/vnd.oci.image.layer.nondistributable.",
    "application/vnd.docker.image.rootfs.foreign.",
];

/// A manifest or an index.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its descriptor, as the parent has it.
    pub descriptor: Descriptor,
    /// Digest and size.
    pub blob: Blob,
    /// The bytes of the document.
    pub bytes: Vec<u8>,
    /// Configuration, layers and entries of an index that are no manifests, without layers that are not in registries.
    pub blobs: Vec<Descriptor>,
    /// The manifests that an index lists, also artifacts and attestations.
    pub children: Vec<Descriptor>,
    /// The manifest that this one refers to.
    pub subject: Option<Descriptor>,
}

/// A root and all documents below it.
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: Vec<Node>,
}

/// The fields of all kinds of manifests and indexes that name other content, also of those that OCI does not define
/// (`blobs` of an artifact manifest).
#[derive(Deserialize)]
struct References {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    #[serde(default)]
    blobs: Vec<Descriptor>,
    #[serde(default)]
    manifests: Vec<Descriptor>,
    subject: Option<Descriptor>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

/// The fields of [`References`].
const FIELDS: [&str; 6] = [
    "mediaType",
    "config",
    "layers",
    "blobs",
    "manifests",
    "subject",
];

impl References {
    /// Refuses a document that some programs take for an image and others for an index
    /// ([CVE-2021-41190](https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh)).
    fn check(&self, descriptor: &Descriptor) -> std::result::Result<(), String> {
        let stated = descriptor.media_type().to_string();
        if let Some(own) = self.media_type.as_ref().filter(|own| **own != stated) {
            let (stated, own) = (message::shorten(&stated), message::shorten(own));
            return Err(format!(
                "its descriptor states the media type `{stated}`, the document `{own}`"
            ));
        }
        let is_known =
            |field: &&String| FIELDS.iter().any(|known| known.eq_ignore_ascii_case(field));
        if let Some(field) = self.others.keys().find(is_known) {
            return Err(format!(
                "its field `{field}` is not written as in the specification, and some programs read it"
            ));
        }
        let is_image = self.config.is_some() || !self.layers.is_empty();
        if is_image && !self.manifests.is_empty() {
            return Err(
                "it is an image and an index: it has `manifests`, and `config` or `layers`"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

impl Graph {
    /// Reads all documents below `root`. It reads no configuration and no layer.
    ///
    /// # Errors
    ///
    /// A document is missing, invalid or does not match its descriptor, or there are too many.
    pub fn read(source: &dyn Source, root: &Descriptor) -> Result<Self> {
        let mut walk = Walk {
            source,
            known: HashSet::new(),
            descriptors: 0,
            bytes: 0,
            nodes: Vec::new(),
        };
        let read = walk.visit(root, 0);
        read.map_err(|error| error.within("read image", source.name()))?;
        Ok(Self { nodes: walk.nodes })
    }

    /// All documents; each one follows those that it lists. The root is the last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The same documents without the layers of images for other platforms. An image without a platform keeps its layers.
    #[must_use]
    pub fn for_platforms(mut self, platforms: &[Platform]) -> Self {
        let is_other = |child: &&Descriptor| {
            child.platform().as_ref().is_some_and(|stated| {
                let variant = stated.variant().as_deref();
                let (os, architecture) = (stated.os(), stated.architecture());
                let stated = Platform::of_any(&os.to_string(), &architecture.to_string(), variant);
                !platforms.iter().any(|wanted| wanted.fits(&stated))
            })
        };
        let children = self.nodes.iter().flat_map(|node| &node.children);
        let others: HashSet<String> = children
            .filter(is_other)
            .map(|child| child.digest().to_string())
            .collect();
        for node in &mut self.nodes {
            if others.contains(&node.blob.digest.to_string()) {
                // The configuration is the first.
                node.blobs.truncate(1);
            }
        }
        self
    }

    /// The same documents with another descriptor of the root, such as one with annotations.
    #[must_use]
    pub fn with_root(mut self, descriptor: Descriptor) -> Self {
        if let Some(root) = self.nodes.last_mut() {
            root.descriptor = descriptor;
        }
        self
    }

    /// The same descriptors without the bytes of the documents, for a list of many graphs.
    #[must_use]
    pub fn without_bytes(mut self) -> Self {
        for node in &mut self.nodes {
            node.bytes = Vec::new();
        }
        self
    }

    /// The root.
    pub fn root(&self) -> Option<&Node> {
        self.nodes.last()
    }
}

/// Digest and size of a descriptor.
///
/// # Errors
///
/// The digest is not SHA-256.
pub fn blob_of(descriptor: &Descriptor) -> Result<Blob> {
    let digest: Digest = descriptor.digest().as_ref().parse()?;
    let size = descriptor.size();
    Ok(Blob { digest, size })
}

struct Walk<'a> {
    source: &'a dyn Source,
    known: HashSet<Digest>,
    descriptors: usize,
    bytes: u64,
    nodes: Vec<Node>,
}

impl Walk<'_> {
    fn visit(&mut self, descriptor: &Descriptor, depth: usize) -> Result<()> {
        let blob = blob_of(descriptor)?;
        if !self.known.insert(blob.digest) {
            return Ok(());
        }
        self.check(&blob, depth)?;
        let bytes = self.source.document(descriptor)?;
        let node = node(descriptor, blob, bytes)?;
        self.descriptors += node.blobs.len() + node.children.len();
        if self.descriptors > MAX_DESCRIPTORS {
            let cause = format!("its manifests have more than {MAX_DESCRIPTORS} descriptors");
            return Err(Error::cannot("read manifest", blob.digest, cause));
        }
        for child in &node.children {
            self.visit(child, depth + 1)?;
        }
        self.nodes.push(node);
        Ok(())
    }

    fn check(&mut self, blob: &Blob, depth: usize) -> Result<()> {
        self.bytes = self.bytes.saturating_add(blob.size);
        let cause = if depth > MAX_DEPTH {
            format!("it is nested in more than {MAX_DEPTH} indexes")
        } else if blob.size > MAX_DOCUMENT {
            let size = blob.size;
            format!("it has {size} bytes, at most {MAX_DOCUMENT} are read")
        } else if self.known.len() > MAX_DOCUMENTS || self.bytes > MAX_BYTES {
            format!(
                "the image has more than {MAX_DOCUMENTS} manifests or {MAX_BYTES} bytes of them"
            )
        } else {
            return Ok(());
        };
        Err(Error::cannot("read manifest", blob.digest, cause))
    }
}

fn node(descriptor: &Descriptor, blob: Blob, bytes: Vec<u8>) -> Result<Node> {
    let references = serde_json::from_slice::<References>(&bytes);
    // The cause may have text of the document.
    let references = references
        .map_err(|error| message::escape(&error.to_string()))
        .cannot("read manifest", blob.digest)?;
    references
        .check(descriptor)
        .cannot("read manifest", blob.digest)?;
    let (children, others): (Vec<_>, Vec<_>) =
        references.manifests.into_iter().partition(is_manifest);
    let layers = references.layers.into_iter().chain(references.blobs);
    let layers = layers.chain(others).filter(|layer| !is_foreign(layer));
    Ok(Node {
        descriptor: descriptor.clone(),
        blob,
        bytes,
        blobs: references.config.into_iter().chain(layers).collect(),
        children,
        subject: references.subject,
    })
}

/// Whether an entry of an index is a manifest or an index. Caches of BuildKit are indexes that list layers.
fn is_manifest(entry: &Descriptor) -> bool {
    let media_type = entry.media_type().to_string();
    media_type.contains("manifest") || media_type.contains("index")
}

fn is_foreign(layer: &Descriptor) -> bool {
    let media_type = layer.media_type().to_string();
    FOREIGN.iter().any(|prefix| media_type.starts_with(prefix))
}
