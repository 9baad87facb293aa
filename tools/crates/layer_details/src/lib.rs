//! The details of a layer: what its metadata and its content list do not say about it. The tools that make layers write
//! them in the same pass; the programs that write evidence read them.

mod details;
mod limits;

pub use details::{LayerDetails, Library, PackageDetails};
pub use limits::MAX_BYTES;
