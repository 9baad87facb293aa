//! The catalogue site: pages about images, from their contents, locks and history.
//!
//! [`Description`] is the list of the images that a rule writes. [`Catalogue::read`] reads the files that it names, and
//! keeps the facts that pages show. [`pages`] renders them: HTML without references to other sites, styles, scripts,
//! and `catalogue.json` for other tools.
//!
//! This crate has no access to network, clock or files: it gets files through the trait [`Files`]. Equal input gives
//! equal bytes.

mod catalogue;
mod changes;
mod description;
mod history;
mod image_set;
mod issues;
mod json;
mod licences;
mod limits;
mod pages;
mod read;

pub use catalogue::{Catalogue, Missing};
pub use description::{Description, Distro};
pub use history::History;
pub use limits::{MAX_DESCRIPTION, MAX_HISTORY};
pub use pages::pages;
pub use read::Files;
