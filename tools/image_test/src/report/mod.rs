//! The output of a run for people and for Bazel.

mod junit;
mod table;

pub(crate) use junit::junit;
pub(crate) use table::table;
