//! Copies images with their signatures and other referrers, between repositories and OCI layouts.
//!
//! ```text
//! run ─▶ to_layout, to_registry ─▶ selection ─▶ referrers ─▶ image, origin
//!  └───▶ layout_origin, registry_origin                     (all: request, place)
//! ```

mod image;
mod layout_origin;
mod origin;
mod place;
mod referrers;
mod registry_origin;
mod request;
mod run;
mod selection;
mod to_layout;
mod to_registry;

pub(crate) use place::Place;
pub(crate) use request::Request;
pub(crate) use run::copy;
pub use run::download;
