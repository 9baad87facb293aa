//! The history of images: digests, sizes and versions at each update of the locks (`docs/history.json`).

use std::collections::BTreeMap;

use blob::{Digest, Result};
use serde::{Deserialize, Serialize};

use crate::json;
use crate::limits::MAX_HISTORY;

/// The records, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Oldest first.
    pub(crate) records: Vec<Record>,
    version: u64,
}

/// The images at one update of the locks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Distro to the time of its lock.
    pub(crate) locks: BTreeMap<String, String>,
    /// Published name to the image, if it changed since the record before; `None` if it no longer exists.
    pub(crate) images: BTreeMap<String, Option<RecordedImage>>,
}

/// The images of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct RecordedImage {
    /// Package to its versions.
    #[serde(default)]
    pub(crate) packages: BTreeMap<String, RecordedVersion>,
    /// Tag to the index.
    #[serde(flatten)]
    pub(crate) tags: BTreeMap<String, RecordedTag>,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct RecordedTag {
    /// The digest of the index, if it could be built.
    #[serde(default)]
    pub(crate) digest: Option<Digest>,
    /// Architecture to its image.
    #[serde(default)]
    pub(crate) architectures: BTreeMap<String, RecordedArchitecture>,
}

/// An image for one architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordedArchitecture {
    /// The digest of the manifest.
    pub(crate) digest: Digest,
    /// The sum of the sizes of the layers.
    pub(crate) size: u64,
}

/// The version of a package: one, or one for each architecture.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum RecordedVersion {
    /// The same on all architectures.
    One(String),
    /// Architecture to version.
    Each(BTreeMap<String, String>),
}

impl History {
    /// Parses the file. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file is larger than [`MAX_HISTORY`], is not JSON of this form, or has another version. The message has the
    /// place.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self> {
        let history: Self = json::parse(file, text, MAX_HISTORY)?;
        json::check_version(file, history.version)?;
        Ok(history)
    }
}

impl Record {
    /// The time of the lock of a distro, or the latest of all locks.
    pub(crate) fn time(&self, distro: &str) -> &str {
        let of_distro = self.locks.get(distro);
        let time = of_distro.or_else(|| self.locks.values().max());
        time.map_or("", |time| &**time)
    }
}

impl RecordedVersion {
    /// As [`text`](Self::text), without the architectures that have the same version in `other`.
    pub(crate) fn text_without(&self, other: &Self) -> String {
        match self {
            Self::One(version) => version.clone(),
            Self::Each(versions) => {
                let versions = versions.iter();
                let differ = versions.filter(|(name, version)| other.on(name) != Some(version));
                Self::Each(differ.map(|(a, b)| (a.clone(), b.clone())).collect()).text()
            }
        }
    }

    /// The version on an architecture.
    fn on(&self, architecture: &str) -> Option<&str> {
        match self {
            Self::One(version) => Some(version),
            Self::Each(versions) => versions.get(architecture).map(|version| &**version),
        }
    }

    /// The distinct versions, each with its architectures if they are not the same everywhere.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::One(version) => version.clone(),
            Self::Each(versions) => {
                let mut distinct: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
                for (architecture, version) in versions {
                    distinct.entry(version).or_default().push(architecture);
                }
                let texts = distinct.iter();
                let texts =
                    texts.map(|(version, names)| format!("{version} ({})", names.join(" ")));
                texts.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(versions: &[(&str, &str)]) -> RecordedVersion {
        let owned = versions
            .iter()
            .map(|(architecture, version)| ((*architecture).to_owned(), (*version).to_owned()));
        RecordedVersion::Each(owned.collect())
    }

    #[test]
    fn architectures_with_equal_versions_are_left_out() {
        let one = RecordedVersion::One("1".to_owned());
        let two = each(&[("amd64", "2"), ("arm", "1"), ("arm64", "2")]);
        assert_eq!(two.text_without(&one), "2 (amd64 arm64)");
        assert_eq!(one.text_without(&two), "1");
        let three = each(&[("amd64", "3"), ("arm", "1"), ("arm64", "2")]);
        assert_eq!(three.text_without(&two), "3 (amd64)");
        assert_eq!(two.text_without(&three), "2 (amd64)");
    }
}
