//! The contents of an image ([`image_contents`]) from the files of its build: manifest, configuration, and for each
//! layer its metadata, its content list and its details. This crate reads no layer.
//!
//! # Owners of files
//!
//! | layer | owner |
//! | --- | --- |
//! | of a package (history `deb …`), BusyBox, a locale | the package owns all files and links |
//! | of a runtime (annotation `com.google.distroless.purl`) | the runtime owns all files and links |
//! | derived from packages, such as the certificate bundle | a package owns its files below `var/lib/dpkg/status.d` and `usr/share/doc`; the build generated the others |
//! | merged | each entry has the owner that it has in the last of the merged layers that contains it |
//! | any other | no owner: the build or a user made the files |
//!
//! Directories never have an owner, because packages share them.
//!
//! # Unknown facts
//!
//! A layer without details, as other rules may make it, has only the packages whose name, version and architecture a
//! lock has. Everything else in it is an entry without an owner. A package without a copyright file has no license:
//! if its documentation is a link to that of another package, and the image lacks that package, the license is unknown.

mod build;
mod distro;
mod entries;
mod image;
mod index;
mod layer;
mod licenses;
mod locks;
mod owners;
mod packages;
mod part;
mod runtime;
mod settings;

pub use distro::distro;
pub use licenses::licenses;
pub use runtime::runtime_of;
pub use settings::settings;

pub use build::{BuiltImage, BuiltLayer, BuiltPart, Source};
pub use image::image;
pub use index::index;
