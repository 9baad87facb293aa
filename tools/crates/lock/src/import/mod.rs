//! Imports manifests and locks of rules_distroless (`apt.install`, lock versions 1 and 2).

mod manifest;
mod package;
mod version_1;
mod version_2;

pub use manifest::ImportedManifest;
pub use version_1::{import_lock_v1, import_manifest, ForeignLockV1, ForeignManifest};
pub use version_2::{import_lock_v2, ForeignLockV2};
