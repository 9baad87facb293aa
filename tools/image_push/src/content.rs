//! The content of images: where it is, and what belongs together.
//!
//! A [`Source`] gives documents and blobs by their digests: an OCI layout ([`LayoutSource`]), the files of a [`Plan`]
//! ([`PlanSource`]), or a repository of a registry ([`RegistrySource`]). [`Graph`] has all documents below a root.

mod graph;
mod layout;
mod plan;
mod plan_source;
mod registry_source;
mod remote_cache;
mod runfiles;
mod source;

pub use graph::{blob_of, Graph, Node};
pub use layout::{LayoutSource, Root};
pub use plan::{LaunchedCommand, Plan, PlanImage, PlanLayer, PlanStatement};
pub use plan_source::PlanSource;
pub use registry_source::RegistrySource;
pub use remote_cache::RemoteCache;
pub use runfiles::Runfiles;
pub use source::Source;

pub(crate) use plan::launched_command;
pub(crate) use runfiles::with_suffix;
