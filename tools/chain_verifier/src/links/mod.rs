//! The links of the chain, one file for each kind.

pub(crate) mod deb;
pub(crate) mod image;
pub(crate) mod layer;
pub(crate) mod package;
pub(crate) mod provenance;
pub(crate) mod repository;
