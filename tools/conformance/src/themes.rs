//! One file for each theme of tests.

pub(crate) mod append;
pub(crate) mod artifact;
pub(crate) mod consumed;
pub(crate) mod contents;
pub(crate) mod distribution;
pub(crate) mod dockerfiles;
pub(crate) mod emulated;
pub(crate) mod engine;
pub(crate) mod img;
pub(crate) mod join;
pub(crate) mod layout;
pub(crate) mod packages;
pub(crate) mod programs;
pub(crate) mod publisher;
pub(crate) mod runc;
pub(crate) mod sboms;
pub(crate) mod scanned;
pub(crate) mod tested;
pub(crate) mod variants;
