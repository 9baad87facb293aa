//! Small JSON blobs, and the descriptors that point at blobs.

use std::fmt::Display;

use blob::{Blob, Result, ResultExt};
use oci_spec::image::{Descriptor, Digest, MediaType};
use serde::Serialize;

use crate::json;

/// A config, a manifest or an index: bytes in memory, hashed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    name: String,
    bytes: Vec<u8>,
    blob: Blob,
}

impl Document {
    /// A document that was read. `name` is for errors: the path of its file.
    pub fn new(name: impl Display, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_string(),
            blob: Blob::of(&bytes),
            bytes,
        }
    }

    /// A document that we make, in canonical JSON.
    pub(crate) fn of(name: &str, value: &impl Serialize) -> Result<Self> {
        Ok(Self::new(name, json::canonical(value)?))
    }

    /// What errors call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Digest and size of its bytes.
    pub fn blob(&self) -> Blob {
        self.blob
    }

    /// A descriptor of this document.
    pub(crate) fn descriptor(&self, media_type: MediaType) -> Result<Descriptor> {
        describe(media_type, self.blob)
    }
}

/// The content of a descriptor file.
pub fn descriptor_bytes(descriptor: &Descriptor) -> Result<Vec<u8>> {
    json::canonical(descriptor)
}

pub(crate) fn describe(media_type: MediaType, blob: Blob) -> Result<Descriptor> {
    let digest = blob.digest.to_string();
    let digest = Digest::try_from(digest.as_str()).cannot("write digest", digest)?;
    Ok(Descriptor::new(media_type, blob.size, digest))
}

/// What a descriptor points at. Other algorithms than SHA-256 are refused: a layout has one folder.
pub(crate) fn blob_of(descriptor: &Descriptor) -> Result<Blob> {
    Ok(Blob {
        digest: descriptor.digest().as_ref().parse()?,
        size: descriptor.size(),
    })
}
