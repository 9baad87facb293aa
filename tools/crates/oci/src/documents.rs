//! The documents of an image, parsed as container engines parse them ([`crate::shape`]).

use std::fmt::Display;

use blob::Result;
use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest, OciLayout};
use serde::Deserialize;

use crate::{json, shape};

/// The maximum size of a configuration, manifest or index: the distribution specification requires registries to accept
/// at least this size (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests>).
pub const MAX_DOCUMENT: u64 = 4 * 1024 * 1024;

/// The only version of the schema of indexes and manifests.
const SCHEMA_VERSION: u32 = 2;

/// One image of a `docker save` archive.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub struct SavedImage {
    /// Path of the configuration in the archive.
    pub config: String,
    /// Paths of the layers, lowest first.
    pub layers: Vec<String>,
}

/// Parses an image configuration. `name` is for messages.
///
/// # Errors
///
/// The text is not JSON, has too many values, or a value does not have the type of the specification.
pub fn read_config(name: impl Display, bytes: &[u8]) -> Result<ImageConfiguration> {
    json::parse_shaped(name, bytes, &shape::CONFIG)
}

/// Parses a manifest, as [`read_config`] does for a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_manifest(name: impl Display, bytes: &[u8]) -> Result<ImageManifest> {
    json::parse_shaped(name, bytes, &shape::MANIFEST)
}

/// Parses an index, as [`read_config`] does for a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_index(name: impl Display, bytes: &[u8]) -> Result<ImageIndex> {
    json::parse_shaped(name, bytes, &shape::INDEX)
}

/// Parses the `index.json` of a layout, as [`read_index`] does, except that `schemaVersion` may be missing: `oci_image_index`
/// of rules_oci 2.3.2 leaves it out, and engines read such a layout. The file is only read: no registry gets it.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_layout_index(name: impl Display, bytes: &[u8]) -> Result<ImageIndex> {
    let mut index: ImageIndex = json::parse_shaped(name, bytes, &shape::LAYOUT_INDEX)?;
    // A missing number is 0 in Go.
    if index.schema_version() == 0 {
        index.set_schema_version(SCHEMA_VERSION);
    }
    Ok(index)
}

/// Parses the file `oci-layout`, as [`read_config`] does for a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_layout(name: impl Display, bytes: &[u8]) -> Result<OciLayout> {
    json::parse_shaped(name, bytes, &shape::LAYOUT)
}

/// Parses the `manifest.json` of a `docker save` archive, as [`read_config`] does for a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_saved(name: impl Display, bytes: &[u8]) -> Result<Vec<SavedImage>> {
    json::parse_shaped(name, bytes, &shape::SAVED)
}

/// Parses a descriptor file, as [`read_config`] does for a configuration.
///
/// # Errors
///
/// As [`read_config`].
pub fn read_descriptor(name: impl Display, bytes: &[u8]) -> Result<Descriptor> {
    json::parse_shaped(name, bytes, &shape::DESCRIPTOR)
}
