//! The tracker's records about an issue.

use std::collections::BTreeMap;

use deb::Version;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

use crate::limits::MAX_RELEASES;
use crate::text::{self, VersionText};
use crate::unique::Unique;

/// The page of an issue in the tracker.
pub fn url(issue: &str) -> String {
    format!("https://security-tracker.debian.org/tracker/{issue}")
}

/// An issue of a source package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The number of the bug in Debian's bug tracker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debianbug: Option<u64>,
    /// The first 300 characters of the description.
    #[serde(default, deserialize_with = "text::description")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The records of releases, by codename: `bookworm`.
    #[serde(deserialize_with = "releases")]
    pub releases: BTreeMap<String, Record>,
    /// Where an attacker must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
}

/// Where an attacker must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// On the same machine.
    Local,
    /// Anywhere.
    Remote,
}

/// The tracker's status of an issue in a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The release has the issue.
    Open,
    /// The release has a fixed version, or never had the issue.
    Resolved,
    /// The security team does not know yet.
    Undetermined,
}

/// The record of an issue in a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The first version with a fix; `0` if the release never had the issue.
    #[serde(default, deserialize_with = "text::optional_version")]
    #[serde(
        serialize_with = "text::write_version",
        skip_serializing_if = "Option::is_none"
    )]
    pub fixed_version: Option<Version>,
    /// Whether the next point release has a fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_point_update: Option<bool>,
    /// Why no security advisory is planned: `Minor issue`. The tracker may have an empty text here.
    #[serde(default, deserialize_with = "text::optional")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodsa: Option<String>,
    /// `ignored` or `postponed`, if the security team decided so.
    #[serde(default, deserialize_with = "text::optional")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodsa_reason: Option<String>,
    /// The versions in the suites of the release, by suite: `bookworm-security`.
    #[serde(default, deserialize_with = "repositories")]
    #[serde(
        serialize_with = "write_repositories",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub repositories: BTreeMap<String, Version>,
    /// The status.
    pub status: Status,
    /// `unimportant`, `low`, `medium`, `high`, `not yet assigned` or `end-of-life`.
    #[serde(default, deserialize_with = "text::optional")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
}

fn releases<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Record>, D::Error> {
    let releases = Unique::<Record, MAX_RELEASES>::deserialize(deserializer)?;
    match releases.0.keys().find(|name| !is_name(name)) {
        Some(name) => Err(D::Error::custom(format!(
            "`{}` is not the name of a release",
            name.escape_debug()
        ))),
        None => Ok(releases.0),
    }
}

fn repositories<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Version>, D::Error> {
    let versions = Option::<Unique<VersionText, MAX_RELEASES>>::deserialize(deserializer)?;
    let versions = versions.unwrap_or_default().0.into_iter();
    Ok(versions.map(|(suite, text)| (suite, text.0)).collect())
}

fn write_repositories<S: Serializer>(
    versions: &BTreeMap<String, Version>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(
        versions
            .iter()
            .map(|(suite, version)| (suite, version.as_str())),
    )
}

/// Whether a text may be the name of an issue (`CVE-2024-1234`, `TEMP-0000000-1A2B3C`), a release or a suite, so that a
/// message or a URL may show it.
pub(crate) fn is_name(text: &str) -> bool {
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    !text.is_empty() && text.len() <= 64 && text.bytes().all(byte)
}
