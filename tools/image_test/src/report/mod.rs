//! What people and Bazel see of a run.

mod junit;
mod table;

pub(crate) use junit::junit;
pub(crate) use table::table;
