//! The commands that this program adds or whose command line it changes: one file for each.

pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod diff;
pub(crate) mod init;
pub(crate) mod load;
pub(crate) mod lock;
pub(crate) mod push;
pub(crate) mod sbom;
pub(crate) mod schema;
pub(crate) mod test;
