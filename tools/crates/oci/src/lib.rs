//! OCI images from metadata: configs, manifests, indexes, layout directories and archives.
//!
//! The types are those of the image specification (crate `oci-spec`). This crate parses them with errors that name
//! file, position, expected and found values, merges them with a base image, and writes canonical JSON: compact and
//! with sorted keys, so that equal content has equal digests.
//!
//! Layers are not read: [`LayerMetadata`] has all facts about them. Only [`archive`](write_archive) reads layers, to
//! copy them.

mod archive;
mod artifact;
mod blobs;
mod config;
mod created;
mod document;
mod documents;
mod env;
mod image;
mod img;
mod index;
mod inherit;
mod json;
mod layer;
mod layout;
mod media;
mod pairs;
mod platform;
mod shape;
mod tag;
#[cfg(test)]
mod testing;
mod tree;

pub use archive::write_archive;
pub use artifact::{artifact, Artifact, ArtifactConfig, ArtifactFile};
pub use blobs::{Blobs, Closure};
pub use config::{Base, Settings};
pub use created::Created;
pub use document::{descriptor_bytes, Document};
pub use documents::{
    read_config, read_descriptor, read_index, read_layout, read_layout_index, read_manifest,
    read_saved, SavedImage, MAX_DOCUMENT,
};
pub use image::{image, Image};
pub use img::{img_layers, ImgHistory};
pub use index::{index, Index};
pub use json::canonical as canonical_json;
pub use layer::LayerMetadata;
pub use layout::{Layout, Naming};
pub use oci_spec::image::{Descriptor, ImageConfiguration, ImageManifest};
pub use pairs::Pairs;
pub use platform::Platform;
pub use tag::{RefName, Tag};
