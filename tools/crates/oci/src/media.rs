//! The media types that are accepted.

use oci_spec::image::MediaType;

const LAYERS: [MediaType; 3] = [
    MediaType::ImageLayerGzip,
    MediaType::ImageLayerZstd,
    MediaType::ImageLayer,
];

/// Docker's names of media types that OCI has too. Only the names differ, the format is the same.
const DOCKER: [(&str, MediaType); 5] = [
    (
        "application/vnd.docker.distribution.manifest.v2+json",
        MediaType::ImageManifest,
    ),
    (
        "application/vnd.docker.container.image.v1+json",
        MediaType::ImageConfig,
    ),
    (
        "application/vnd.docker.image.rootfs.diff.tar",
        MediaType::ImageLayer,
    ),
    (
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        MediaType::ImageLayerGzip,
    ),
    (
        "application/vnd.docker.image.rootfs.diff.tar.zstd",
        MediaType::ImageLayerZstd,
    ),
];

/// OCI's name of a media type of a base image.
pub(crate) fn oci(media_type: &MediaType) -> MediaType {
    let docker = DOCKER.iter().find(|(name, _)| *name == media_type.as_ref());
    docker.map_or_else(|| media_type.clone(), |(_, oci)| oci.clone())
}

pub(crate) fn is_layer(media_type: &MediaType) -> bool {
    LAYERS.contains(media_type)
}

/// The cause of an error about an unexpected media type.
pub(crate) fn unexpected(found: &MediaType, expected: &[MediaType]) -> String {
    let expected: Vec<_> = expected.iter().map(|known| format!("`{known}`")).collect();
    format!(
        "media type: expected {}, found `{found}`",
        expected.join(" or ")
    )
}

/// The cause of an error about an unknown layer media type.
pub(crate) fn unexpected_layer(found: &MediaType) -> String {
    unexpected(found, &LAYERS)
}
