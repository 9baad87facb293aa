//! The measured values: the file that `bench/comparison` writes.

use std::fmt::Display;

use blob::{Error, Result};
use serde::Deserialize;

use crate::json;

/// The version of the format.
const VERSION: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comparison {
    pub(crate) version: u64,
    /// The day of the measurement, `2026-11-28`.
    pub(crate) date: String,
    /// The commit of this project whose images were measured.
    pub(crate) commit: String,
    pub(crate) machine: Machine,
    /// The rounds of the measurements of time.
    pub(crate) runs: u64,
    pub(crate) images: Vec<Image>,
    pub(crate) updates: Vec<Update>,
    pub(crate) published: Vec<Published>,
    pub(crate) missing: Vec<Missing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: u64,
    /// The average load of 5 minutes before the measurement.
    pub(crate) load: f64,
    pub(crate) kernel: String,
    pub(crate) runc: String,
    pub(crate) umoci: String,
    pub(crate) skopeo: String,
}

/// A measured image.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) description: String,
    /// The family of our images that the image is compared with.
    pub(crate) group: String,
    /// The digest of the manifest.
    pub(crate) digest: String,
    pub(crate) layers: u64,
    /// The size of the compressed layers.
    pub(crate) compressed_bytes: u64,
    /// The size of all files of the merged root.
    pub(crate) unpacked_bytes: u64,
    pub(crate) files: u64,
    /// Executable files in directories of programs.
    pub(crate) programs: u64,
    /// Files with the setuid or setgid bit.
    pub(crate) setuid: u64,
    pub(crate) packages: u64,
    pub(crate) shells: Vec<String>,
    pub(crate) interpreters: Vec<String>,
    pub(crate) package_managers: Vec<String>,
    /// `None` if they were not counted.
    pub(crate) issues: Option<Issues>,
    pub(crate) unpack_seconds: f64,
    pub(crate) start_seconds: f64,
}

/// Open issues in Debian's security tracker.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issues {
    pub(crate) open: u64,
    pub(crate) unimportant: u64,
}

/// The pulls of an image before and after an update.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {
    pub(crate) name: String,
    /// The way in which the image was updated.
    pub(crate) how: String,
    pub(crate) packages: Vec<Change>,
    pub(crate) old: Pull,
    pub(crate) new: Pull,
}

/// A package with another version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) package: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pull {
    pub(crate) requests: u64,
    /// The size of the downloaded manifests and blobs.
    pub(crate) bytes: u64,
}

/// An image that was not measured, with the size that its publisher states.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) compressed_bytes: u64,
    /// A URL.
    pub(crate) source: String,
}

/// An image about which no values were available.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl Comparison {
    /// Parses the file; `name` is its path, for messages.
    pub(crate) fn parse(name: impl Display, text: &[u8]) -> Result<Self> {
        let comparison: Self = json::parse(&name, text)?;
        if comparison.version == VERSION {
            return Ok(comparison);
        }
        let found = comparison.version;
        let cause = format!("at `version`: expected {VERSION}, found {found}");
        Err(Error::cannot("read", name, cause))
    }
}
