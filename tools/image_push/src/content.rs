//! The content of images: where it is, and what belongs together.
//!
//! A [`Source`] gives documents and blobs by their digests: an OCI layout ([`LayoutSource`]), and those of other
//! directories. [`Graph`] has all documents below a root.

mod graph;
mod layout;
mod source;

pub use graph::{blob_of, Graph, Node};
pub use layout::{LayoutSource, Root};
pub use source::Source;
