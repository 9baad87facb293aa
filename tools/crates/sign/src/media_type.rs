//! The media types of bundles.

/// The media type of bundles that are written, as a blob and as the artifact type of its manifest.
pub const BUNDLE_MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// The older name of this media type, which readers accept too.
pub(crate) const OLD_BUNDLE: &str = "application/vnd.dev.sigstore.bundle+json;version=0.3";

/// The beginning of the media types of all versions.
pub(crate) const ANY_BUNDLE: &str = "application/vnd.dev.sigstore.bundle";
