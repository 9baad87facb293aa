//! Small JSON blobs, and the descriptors that reference blobs.

use std::fmt::Display;

use blob::{Blob, Result, ResultExt};
use oci_spec::image::{Descriptor, Digest, MediaType};
use serde::Serialize;

use crate::json;

/// A config, a manifest or an index: its bytes and their digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    name: String,
    bytes: Vec<u8>,
    blob: Blob,
}

impl Document {
    /// A document that was read. `name` is its path, for messages.
    pub fn new(name: impl Display, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_string(),
            blob: Blob::of(&bytes),
            bytes,
        }
    }

    /// A document that we generate, in canonical JSON.
    pub(crate) fn of(name: &str, value: &impl Serialize) -> Result<Self> {
        Ok(Self::new(name, json::canonical(value)?))
    }

    /// The name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the document.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest and size of the document.
    pub fn blob(&self) -> Blob {
        self.blob
    }

    /// A descriptor of this document.
    pub(crate) fn descriptor(&self, media_type: MediaType) -> Result<Descriptor> {
        describe(media_type, self.blob)
    }
}

/// The content of a descriptor file.
///
/// # Errors
///
/// The descriptor cannot be written as JSON.
pub fn descriptor_bytes(descriptor: &Descriptor) -> Result<Vec<u8>> {
    json::canonical(descriptor)
}

pub(crate) fn describe(media_type: MediaType, blob: Blob) -> Result<Descriptor> {
    let digest = blob.digest.to_string();
    let digest = Digest::try_from(digest.as_str()).cannot("write digest", digest)?;
    Ok(Descriptor::new(media_type, blob.size, digest))
}

/// The digest and size of a descriptor. Refuses other algorithms than SHA-256, because our layouts have only
/// `blobs/sha256`.
pub(crate) fn blob_of(descriptor: &Descriptor) -> Result<Blob> {
    Ok(Blob {
        digest: descriptor.digest().as_ref().parse()?,
        size: descriptor.size(),
    })
}
