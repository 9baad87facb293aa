//! The names of the images of a plan: which repository and which tags each image gets.
//!
//! An arrow means "uses":
//!
//! ```text
//! destinations ─▶ template, tags          select
//! ```

mod destinations;
mod select;
mod tags;
mod template;

pub(crate) use destinations::{destinations, Named, Naming};
pub(crate) use select::select;
