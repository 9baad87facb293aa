//! The content of a history: records, each with the images that changed since the record before.

use std::collections::BTreeMap;
use std::fmt::Display;

use blob::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::json;

/// The version of the format.
pub(crate) const VERSION: u64 = 1;

/// The number of records that are kept: more than one for each day of a year.
const RECORDS: usize = 400;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    pub(crate) version: u64,
    /// Newest last.
    pub(crate) records: Vec<Record>,
}

/// The images at one time.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Distro to the time of its lock, RFC 3339.
    pub(crate) locks: BTreeMap<String, String>,
    /// Published name with distro (`static-debian12`) to the image, if it changed since the record before; `None` if it no
    /// longer exists.
    pub(crate) images: Images<Option<Image>>,
}

pub(crate) type Images<T = Image> = BTreeMap<String, T>;

/// The images of one name for one distro.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Image {
    /// The packages of the plain image: name to version.
    pub(crate) packages: BTreeMap<String, Version>,
    /// Tag to the images that have it.
    #[serde(flatten)]
    pub(crate) tags: BTreeMap<String, Tag>,
}

/// The version of a package.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Version {
    /// The version on all architectures of the image.
    Same(String),
    /// OCI architecture to version, if versions differ or an architecture does not have the package.
    Different(BTreeMap<String, String>),
}

/// The images with one tag.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tag {
    /// OCI architecture to image.
    pub(crate) architectures: BTreeMap<String, Platform>,
    /// The digest of the index, if all its images are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
}

/// The image for one architecture.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Platform {
    /// The digest of its manifest.
    pub(crate) digest: String,
    /// The size of its compressed layers in bytes.
    pub(crate) size: u64,
}

impl History {
    /// Parses a history; `name` is its path, for messages.
    pub(crate) fn parse(name: impl Display, text: &[u8]) -> Result<Self> {
        let history: Self = json::parse(&name, text)?;
        if history.version == VERSION {
            return Ok(history);
        }
        let cause = format!(
            "at `version`: expected {VERSION}, found {}",
            history.version
        );
        Err(Error::cannot("read", name, cause))
    }

    /// Adds a record of these images, unless they are those of the last record.
    pub(crate) fn add(&mut self, locks: BTreeMap<String, String>, images: Images) {
        let changed = changes(&self.state(), images);
        if !changed.is_empty() {
            self.records.push(Record {
                locks,
                images: changed,
            });
        }
        while self.records.len() > RECORDS {
            self.drop_oldest();
        }
    }

    /// The images after the last record.
    fn state(&self) -> Images {
        let mut state = Images::new();
        for (name, image) in self.records.iter().flat_map(|record| &record.images) {
            match image {
                Some(image) => state.insert(name.clone(), image.clone()),
                None => state.remove(name),
            };
        }
        state
    }

    /// Removes the oldest record. The next one gets its images that did not change.
    fn drop_oldest(&mut self) {
        let oldest = self.records.remove(0);
        if let Some(next) = self.records.first_mut() {
            for (name, image) in oldest.images {
                next.images.entry(name).or_insert(image);
            }
            next.images.retain(|_, image| image.is_some());
        }
    }
}

/// The images that differ from `before`, and `None` for those that no longer exist.
fn changes(before: &Images, now: Images) -> Images<Option<Image>> {
    let mut changed: Images<Option<Image>> = before
        .keys()
        .filter(|name| !now.contains_key(*name))
        .map(|name| (name.clone(), None))
        .collect();
    for (name, image) in now {
        if before.get(&name) != Some(&image) {
            changed.insert(name, Some(image));
        }
    }
    changed
}

#[cfg(test)]
mod tests;
