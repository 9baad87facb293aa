//! The content of images: where it is, and what belongs together.
//!
//! A [`Source`] gives documents and blobs by their digests: an OCI layout ([`LayoutSource`]), a repository of a
//! registry ([`RegistrySource`]), and those of other directories. [`Graph`] has all documents below a root.

mod graph;
mod layout;
mod registry_source;
mod source;

pub use graph::{blob_of, Graph, Node};
pub use layout::{LayoutSource, Root};
pub use registry_source::RegistrySource;
pub use source::Source;
