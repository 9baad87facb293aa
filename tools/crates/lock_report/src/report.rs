//! The report, as it is written in JSON (docs/reference/formats/update_report.md).

use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The report of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// Whether a lock changes.
    pub changed: bool,
    /// The locks, in the order of the command line.
    pub distros: Vec<DistroReport>,
    /// The images that get another package, if there is a list of images.
    pub images: Option<Vec<ImageReport>>,
    /// Distros without support, and old locks.
    pub warnings: Vec<String>,
}

/// The changes of one lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DistroReport {
    /// The distro, such as `debian12`.
    pub distro: String,
    /// Whether there was no lock.
    pub is_new: bool,
    /// The newest date of the old lock's sources, if there was a lock, and a source has a date.
    pub old_snapshot: Option<String>,
    /// The newest date of the new lock's sources, if one has a date: a directory of packages has none.
    pub new_snapshot: Option<String>,
    /// Whether the lock changes. It may change without another package: the signed indexes have other digests.
    pub changed: bool,
    /// The source packages with other binary packages: those of a security suite first, then by name.
    pub sources: Vec<SourceReport>,
}

/// The binary packages of one source package that change in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// The source package.
    pub source: String,
    /// Its old version; `None` if the packages are new.
    pub old_version: Option<String>,
    /// Its new version; `None` if the packages are removed.
    pub new_version: Option<String>,
    /// Whether a security suite has the new version.
    pub is_security: bool,
    /// The binary packages, by name.
    pub packages: Vec<PackageReport>,
    /// The security issues that the new version fixes.
    pub fixes: Vec<Fix>,
    /// The entries between both versions.
    pub changelog: Changelog,
}

/// A binary package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageReport {
    /// The name.
    pub package: String,
    /// Debian architectures with this change.
    pub architectures: Vec<String>,
    /// The kind of the change.
    pub change: Change,
    /// The package in the old lock.
    pub old: Option<Side>,
    /// The package in the new lock.
    pub new: Option<Side>,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the new lock has the package.
    Added,
    /// Only the old lock has the package.
    Removed,
    /// The new version is newer.
    Upgraded,
    /// The new version is older.
    Downgraded,
    /// The version is the same, but the file is another one.
    Replaced,
}

/// A package in a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The version.
    pub version: String,
    /// The key of its source, such as `bookworm-security`.
    pub suite: String,
    /// The SHA-256 of the file.
    pub sha256: String,
}

/// A security issue that an update fixes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fix {
    /// The issue: `CVE-2026-1234`.
    pub issue: String,
    /// Who says so.
    pub named_by: Named,
}

/// Where an issue is named as fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// Debian's security tracker: the first fixed version is between both versions.
    Tracker,
    /// Only the changelog names it. It may say something else about it.
    Changelog,
}

/// The changelog entries between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Changelog {
    /// The entries.
    Read {
        /// Newest first.
        entries: Vec<Entry>,
        /// Whether no entry between the versions is missing.
        is_complete: bool,
    },
    /// It cannot be read.
    Unavailable {
        /// Why.
        cause: String,
    },
    /// It was not asked for, or there are no two versions to compare.
    NotRead,
}

/// An entry of a changelog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The version.
    pub version: String,
    /// Distributions and urgency.
    pub target: String,
    /// The changes.
    pub text: String,
}

/// An image that gets another package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageReport {
    /// The name, such as `static-debian12`.
    pub name: String,
    /// The tags with this change: `latest`, `nonroot`.
    pub tags: Vec<String>,
    /// Debian architectures of the images that change.
    pub architectures: Vec<String>,
    /// The packages that make it change, as `NAME OLD → NEW`.
    pub packages: Vec<String>,
    /// Whether one of them is from a security suite.
    pub is_security: bool,
}

impl Report {
    /// The document: JSON, indented, with a final newline.
    pub fn to_json(&self) -> String {
        // A struct without maps and floats has a JSON form.
        let value = serde_json::to_value(self).unwrap_or_default();
        format!("{value:#}\n")
    }

    /// The reports of all source packages.
    pub fn sources(&self) -> impl Iterator<Item = (&DistroReport, &SourceReport)> {
        let distros = self.distros.iter();
        distros.flat_map(|distro| distro.sources.iter().map(move |source| (distro, source)))
    }
}

impl PackageReport {
    /// `OLD → NEW`, or what else happens to the package.
    pub fn versions(&self) -> String {
        let version = |side: &Option<Side>| {
            let side = side.as_ref();
            side.map_or_else(String::new, |side| side.version.clone())
        };
        let (old, new) = (version(&self.old), version(&self.new));
        match self.change {
            Change::Added => format!("{new} (new)"),
            Change::Removed => format!("{old} (removed)"),
            Change::Upgraded => format!("{old} → {new}"),
            Change::Downgraded => format!("{old} → {new} (older)"),
            Change::Replaced => format!("{new} (another file)"),
        }
    }
}
