//! Imports manifests and locks of rules_distroless (`apt.install`, lock versions 1 and 2).

mod first;
mod manifest;
mod package;
mod second;

pub use first::{import_lock, import_manifest, ForeignLock, ForeignManifest};
pub use manifest::ImportedManifest;
pub use second::{import_second, SecondLock};
