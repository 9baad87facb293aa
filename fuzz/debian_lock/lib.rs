//! The parsers of `debian_lock`: apt's sources, times of snapshots, YAML.

#![allow(dead_code)]

#[path = "../../tools/debian_lock/src/apt_sources.rs"]
mod apt_sources;
#[path = "../../tools/debian_lock/src/snapshot.rs"]
mod snapshot;
#[path = "../../tools/debian_lock/src/yaml.rs"]
mod yaml;

use std::path::Path;

use serde::de::DeserializeOwned;

/// Reads a manifest, or another YAML text.
///
/// # Errors
///
/// Fails if the text is not valid YAML for the type.
pub fn yaml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    yaml::read(text)
}

/// The URLs of apt's sources below a directory like `/etc/apt`.
pub fn apt_sources(directory: &Path) -> Vec<String> {
    apt_sources::read(directory)
}

/// Reads the time of `--snapshot`.
pub fn snapshot(text: &str) -> bool {
    snapshot::Snapshot::parse(text).is_ok()
}
