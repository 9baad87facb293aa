//! The model of a difference. Its JSON form is described in `docs/reference/formats/difference.md`.

mod changelog;
mod file;
mod issue;
mod layer;
mod library;
mod package;
mod setting;

use serde::Serialize;

pub use changelog::{ChangelogChange, ChangelogEntry};
pub use file::{Aspect, FileChange, FileState};
pub use issue::{IssueChange, IssueReport, IssueTrend};
pub use layer::{LayerFacts, LayerReport, Size};
pub use library::LibraryChange;
pub use package::{Change, PackageChange, PackageFacts};
pub use setting::SettingChange;

/// The difference of two images or image indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The old side.
    pub old: Subject,
    /// The new side.
    pub new: Subject,
    /// Platforms that only the new side has, sorted.
    pub added_platforms: Vec<String>,
    /// Platforms that only the old side has, sorted.
    pub removed_platforms: Vec<String>,
    /// The difference for each platform that both sides have, sorted by platform.
    pub images: Vec<ImageReport>,
}

/// One side of a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The name: `static:debian12`.
    pub name: String,
    /// The digest of the manifest or index; `None` for a lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The creation time: `2026-11-21T02:34:56Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// The difference of the images of one platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImageReport {
    /// The platform: `linux/arm/v7`. Both platforms, if they differ.
    pub platform: String,
    /// Packages, sorted by name.
    pub packages: Vec<PackageChange>,
    /// Runtimes that are not Debian packages, sorted by name.
    pub runtimes: Vec<PackageChange>,
    /// Changelog entries of the source packages with another version, sorted by source package.
    pub changelogs: Vec<ChangelogChange>,
    /// Shared libraries, sorted by SONAME.
    pub libraries: Vec<LibraryChange>,
    /// Files, links and directories, sorted by path.
    pub files: Vec<FileChange>,
    /// Fields of the image configuration and annotations, in a fixed order.
    pub settings: Vec<SettingChange>,
    /// Issues of the security tracker; `None` if the sides were not assessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issues: Option<IssueReport>,
    /// Layers; `None` for locks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<LayerReport>,
    /// The size of each package and runtime on both sides, also of those without a difference.
    pub sizes: Vec<Size>,
}

impl Report {
    /// Whether the sides do not differ.
    pub fn is_empty(&self) -> bool {
        self.old.digest == self.new.digest
            && self.added_platforms.is_empty()
            && self.removed_platforms.is_empty()
            && self.images.iter().all(ImageReport::is_empty)
    }
}

impl ImageReport {
    /// Whether the images do not differ.
    pub fn is_empty(&self) -> bool {
        let issues = self.issues.as_ref();
        let layers = self.layers.as_ref();
        self.packages.is_empty()
            && self.runtimes.is_empty()
            && self.libraries.is_empty()
            && self.files.is_empty()
            && self.settings.is_empty()
            && issues.is_none_or(|issues| issues.changes.is_empty())
            && layers.is_none_or(LayerReport::is_empty)
    }
}
