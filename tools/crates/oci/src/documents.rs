//! The documents of an image, read as engines read them ([`crate::shape`]).

use std::fmt::Display;

use blob::Result;
use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest, OciLayout};
use serde::Deserialize;

use crate::{json, shape};

/// No configuration, manifest or index is larger: the distribution specification asks registries for no more
/// (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests>).
pub const MAX_DOCUMENT: u64 = 4 * 1024 * 1024;

/// One image of a `docker save` archive.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub struct SavedImage {
    /// Path of the configuration in the archive.
    pub config: String,
    /// Paths of the layers, lowest first.
    pub layers: Vec<String>,
}

/// Reads an image configuration. `name` is for errors.
///
/// # Errors
///
/// The text is no JSON, holds too many values, or a value is of another type than the specification says.
pub fn read_config(name: impl Display, bytes: &[u8]) -> Result<ImageConfiguration> {
    json::parse_shaped(name, bytes, &shape::CONFIG)
}

/// Reads a manifest, as [`read_config`] reads a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_manifest(name: impl Display, bytes: &[u8]) -> Result<ImageManifest> {
    json::parse_shaped(name, bytes, &shape::MANIFEST)
}

/// Reads an index, as [`read_config`] reads a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_index(name: impl Display, bytes: &[u8]) -> Result<ImageIndex> {
    json::parse_shaped(name, bytes, &shape::INDEX)
}

/// Reads the file `oci-layout`, as [`read_config`] reads a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_layout(name: impl Display, bytes: &[u8]) -> Result<OciLayout> {
    json::parse_shaped(name, bytes, &shape::LAYOUT)
}

/// Reads the `manifest.json` of a `docker save` archive, as [`read_config`] reads a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_saved(name: impl Display, bytes: &[u8]) -> Result<Vec<SavedImage>> {
    json::parse_shaped(name, bytes, &shape::SAVED)
}

/// Reads a descriptor file, as [`read_config`] reads a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_descriptor(name: impl Display, bytes: &[u8]) -> Result<Descriptor> {
    json::parse_shaped(name, bytes, &shape::DESCRIPTOR)
}
