//! Lists the tags of a repository: the digest and the date of each one.

mod dates;
mod inventory;
mod listing;

pub(crate) use inventory::tags;
pub(crate) use listing::{listing, Line};
