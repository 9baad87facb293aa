//! The push engine: it brings images into repositories with few requests. `push` and `copy` use it.
//!
//! An arrow means "uses":
//!
//! ```text
//! run ─▶ lookup ───┐
//!  ├───▶ blobs ────┼─▶ target ─▶ failures, publication, totals
//!  ├───▶ manifests ┘       (all: pool)
//!  └───▶ summary
//! ```
//!
//! - *Tags first.* A tag with the right digest proves that all content below it exists, so nothing else is requested.
//! - *Each blob is sent once to a registry.* Other repositories of the registry mount it.
//! - *Content before names.* Blobs, then manifests, then indexes; a tag is written when all content below it exists, so a
//!   push that was stopped at any moment is continued by the next one.

mod blobs;
mod failures;
mod lookup;
mod manifests;
mod publication;
mod run;
mod summary;
mod target;
mod totals;
mod work;

pub use publication::{Options, Publication, PushedImage, Tag};
pub use run::push;
pub use summary::{Outcome, Pushed, Summary};
pub use totals::Totals;
