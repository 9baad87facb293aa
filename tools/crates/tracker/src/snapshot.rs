//! A snapshot: the selected part of a document, and which document it was.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Blob, Error, Result};
use deb::Version;
use jiff::Timestamp;

use crate::issue::Issue;
use crate::state::State;

/// The issues of a source package. The keys are `CVE-2024-1234`, or `TEMP-…` for issues without a CVE number.
pub type Issues = BTreeMap<String, Issue>;

/// The part of a document that a snapshot keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Names of source packages.
    pub sources: BTreeSet<String>,
    /// Codenames of releases: `bookworm`.
    pub releases: BTreeSet<String>,
}

/// The selected part of a document of the tracker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Digest and size of the whole document.
    pub document: Blob,
    /// The time of the document, which the caller knows: the tracker's `Last-Modified`.
    pub time: Timestamp,
    /// The selected releases.
    pub releases: BTreeSet<String>,
    /// The selected source packages. One without issues has an empty map.
    pub sources: BTreeMap<String, Issues>,
}

impl Snapshot {
    /// The issues of a source package; none if the source package was not selected.
    pub fn issues(&self, source: &str) -> Option<&Issues> {
        self.sources.get(source)
    }

    /// The tracker's statement about an issue for one version of a source package.
    ///
    /// # Errors
    ///
    /// The snapshot does not cover the source package or the release.
    pub fn state(
        &self,
        source: &str,
        version: &Version,
        release: &str,
        issue: &str,
    ) -> Result<State> {
        let fail = |cause: String| Error::cannot("look up issue", issue, cause);
        if !self.releases.contains(release) {
            return Err(fail(format!(
                "the lock of the tracker does not cover release `{release}`"
            )));
        }
        let issues = self.issues(source).ok_or_else(|| {
            fail(format!(
                "the lock of the tracker does not cover source package `{source}`"
            ))
        })?;
        let record = issues
            .get(issue)
            .and_then(|issue| issue.releases.get(release));
        Ok(record.map_or(State::NotListed, |record| State::of(record, version)))
    }
}

/// The time of a snapshot in the form that we write: `2026-11-21T02:34:56Z`.
///
/// # Errors
///
/// The text is not such a time.
pub fn time(text: &str) -> Result<Timestamp> {
    let fail = || {
        let cause = "expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`";
        Error::cannot("read time", text.escape_debug(), cause)
    };
    let time: Timestamp = text.parse().map_err(|_| fail())?;
    if time.to_string() != text {
        return Err(fail());
    }
    Ok(time)
}
