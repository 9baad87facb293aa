//! The report of an update of locks: which packages changed, with their changelogs and the security issues that the
//! update fixes; which images change, and why; and warnings for distros and locks that are too old.
//!
//! An arrow means "uses":
//!
//! ```text
//! markdown ─▶ report ◀─ compare ─▶ security, snapshot
//!               ▲                              ▲
//!    fixes, image_list                   age ──┘
//! ```
//!
//! The crate has no access to network, clock or files: its callers give it texts and times.

mod age;
mod compare;
mod fixes;
mod image_list;
mod markdown;
mod report;
mod security;
mod snapshot;

pub use age::{Ages, Support};
pub use compare::compare;
pub use fixes::add_fixes;
pub use image_list::{ImageList, MAX_IMAGE_LIST};
pub use markdown::markdown;
pub use report::{
    Change, Changelog, DistroReport, Entry, Fix, ImageReport, Named, PackageReport, Report, Side,
    SourceReport, VERSION,
};
pub use security::{is_security, security_packages};
