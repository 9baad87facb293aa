//! The difference of two images: packages, changelogs, libraries, files, settings, issues, and the bytes that a client
//! downloads.
//!
//! [`compare`] reads two models ([`image_contents::Contents`]) and makes one [`Report`]. [`render`] writes it as text,
//! Markdown, JSON or an HTML page. [`compare_packages`] makes a report of packages only, for two locks.
//!
//! - *Deterministic.* A report and its forms depend on the two sides only. There is no clock.
//! - *Untrusted names.* Paths, versions and changelogs come from images of other people. Each form escapes them:
//!   terminals obey no character of them, and they are neither Markdown nor HTML.
//! - *Calm.* Parts without a difference are missing. Equal images give one sentence.

mod compare;
mod html;
mod render;
mod report;

pub use compare::{
    changelogs, compare, compare_packages, symbols, Changelogs, Issues, PackageSet, Side, Symbols,
};
pub use render::{render, Format};
pub use report::{
    Aspect, Change, ChangelogChange, ChangelogEntry, FileChange, FileState, ImageReport,
    IssueChange, IssueReport, IssueTrend, LayerFacts, LayerReport, LibraryChange, PackageChange,
    PackageFacts, Report, SettingChange, Size, Subject,
};
