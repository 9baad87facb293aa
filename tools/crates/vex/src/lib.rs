//! Vulnerabilities of images: Debian's security tracker × contents → [OpenVEX 0.2.0](https://github.com/openvex/spec),
//! a table for people, a gate for builds, and an explanation of one issue.
//!
//! [`assess`] looks up each source package of an image in a [`tracker::Snapshot`], by the Debian release that the package
//! comes from. The other
//! functions render the result:
//!
//! - [`document`]: OpenVEX, which scanners read to suppress what does not affect an image.
//! - [`text_table`], [`markdown_table`]: the issues that need attention, in the tracker's words.
//! - [`updates`], [`accept`]: the issues whose fix Debian has and the lock lacks.
//! - [`explain`]: one issue, and the images and packages that have it.
//!
//! `not_affected` is stated only if data proves it: the tracker says that the release never had the issue, or a
//! [`Review`] names the affected binary packages or files and the image lacks all of them.
//!
//! This crate has no access to network, clock or files. Equal input gives equal bytes.

mod assess;
mod document;
mod explain;
mod gate;
mod review;
mod status;
mod subject;
mod table;

pub use assess::{assess, assess_image, assess_index, Assessed, Assessment};
pub use document::{document, Options};
pub use explain::{explain, Explanation, Found, Listed};
pub use gate::{accept, updates, Update};
pub use review::{Absence, Part, Review, Reviews, MAX_REVIEWS, MAX_TEXT};
pub use status::{Justification, Status};
pub use subject::BinaryPackage;
pub use table::{markdown_table, text_table};
