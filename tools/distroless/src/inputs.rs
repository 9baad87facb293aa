//! The files that a build gets from elsewhere: packages and base images.

mod base;
mod packages;

pub(crate) use base::open_base;
pub(crate) use packages::PackageFiles;
