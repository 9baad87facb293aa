//! The contents of an image: its layers, with their packages, runtimes and files, and everything that is known about them.
//!
//! This is the one model from which SBOMs, provenance, VEX documents and differences are made. Its tree is the tree of
//! the image: index, image, layer, package, entry. So a reference to a missing part cannot exist.
//!
//! The file form ([`Contents`], `NAME.contents.json`) is compact JSON with sorted keys. Equal models give equal bytes.

mod contact;
mod contents;
mod entry;
mod image;
mod licenses;
mod limits;
mod package;
pub mod purl;
mod runtime;
mod settings;

pub use contact::Contact;
pub use contents::Contents;
pub use entry::{Content, Entry};
pub use image::{Distro, Image, Index, Layer, Library, LockReference};
pub use licenses::{LicenseGroup, Licenses};
pub use limits::MAX_BYTES;
pub use package::{Download, Package};
pub use runtime::Runtime;
pub use settings::Settings;
