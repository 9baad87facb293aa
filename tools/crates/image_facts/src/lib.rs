//! One model of the content of an image: its layers and their origin, packages and source packages, files and their
//! owners, and runtimes with their licenses.
//!
//! The facts come from the documents of an image ([`Documents`]), from the records of packages in it ([`Packages`],
//! [`Owners`]), and from the metadata of its layers ([`Origin`], [`Runtime`]). This crate reads no layer and no file:
//! its callers give it the documents and texts. So a program that has only metadata needs no code that reads layers.

mod documents;
mod origin;
mod os_release;
mod owners;
mod package;
mod runtime;
mod status;

pub use documents::{Documents, Layer};
pub use origin::Origin;
pub use os_release::distro;
pub use owners::{Listed, Owners, RealPath};
pub use package::{PackageId, SourcePackage};
pub use runtime::Runtime;
pub use status::{status_file, Package, Packages, StatusFile, STATUS};
