//! Writes to a directory in OCI layout format, which may have other images
//! (<https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>).

mod entries;
mod target;

pub(crate) use entries::{index_of, named, REF_NAME};
pub(crate) use target::LayoutTarget;

/// The content of `oci-layout`.
pub(crate) const MARKER: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
