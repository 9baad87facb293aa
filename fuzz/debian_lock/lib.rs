//! The parsers of `debian_lock`: apt's sources and times of snapshots.

#![allow(dead_code)]

#[path = "../../tools/debian_lock/src/apt_sources.rs"]
mod apt_sources;
#[path = "../../tools/debian_lock/src/snapshot.rs"]
mod snapshot;

use std::path::Path;

/// The URLs of apt's sources below a directory like `/etc/apt`.
pub fn apt_sources(directory: &Path) -> Vec<String> {
    apt_sources::read(directory)
}

/// Reads the time of `--snapshot`.
pub fn snapshot(text: &str) -> bool {
    snapshot::Snapshot::parse(text).is_ok()
}
