//! Vulnerabilities of images: Debian's security tracker × packages → [OpenVEX 0.2.0](https://github.com/openvex/spec),
//! a table for people, a gate for builds, and an explanation of one issue.
//!
//! [`assess_image`] and [`assess_index`] look up each source package of an image in a [`tracker::Snapshot`]. The other
//! functions render the result:
//!
//! - [`document`]: OpenVEX, which scanners read to suppress what does not affect an image.
//! - [`text_table`], [`markdown_table`]: the issues that need attention, in the tracker's words.
//! - [`updates`], [`accept`]: the issues whose fix Debian has and the lock lacks.
//! - [`explain`]: one issue, and the images and packages that have it.
//!
//! `not_affected` is stated only if data proves it: the tracker says that the release never had the issue, or a
//! [`Review`] names the affected binary packages and the image lacks all of them.
//!
//! This crate has no access to network, clock or files. Equal input gives equal bytes.

mod assess;
mod document;
mod explain;
mod gate;
mod model;
mod purl;
mod review;
mod status;
mod table;

pub use assess::{assess_image, assess_index, Assessed, Assessment};
pub use document::{document, Author};
pub use explain::{explain, Explanation, Found, Listed};
pub use gate::{accept, updates, Update};
pub use model::{Image, Index, Package};
pub use review::{Review, Reviews, MAX_REVIEWS};
pub use status::{Justification, Status};
pub use table::{markdown_table, text_table};
