//! Finds manifests that nothing points to, and deletes those that a person names.
//!
//! ```text
//! run ─▶ deletion ─▶ order ─┬▶ contents
//!  └───▶ candidates ────────┘     (all: request)
//! ```
//!
//! A registry lists tags and referrers, but no other manifests. So candidates can only be found among those that are known:
//! tags, what is below them, their referrers, and the digests of a file.

mod candidates;
mod contents;
mod deletion;
mod names;
mod order;
mod request;
mod run;

pub(crate) use names::read as read_names;
pub(crate) use request::{Keep, Request};
pub(crate) use run::prune;
