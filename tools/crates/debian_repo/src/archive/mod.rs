//! Debian repositories: requests for files ([`fetch`]), trust ([`keyring`], [`signed_release`]), the listed files
//! ([`release`], [`index`]), and the packages that all sources together have for an architecture ([`offer`]).

pub(crate) mod checksum;
mod compression;
mod contents;
mod fetch;
pub(crate) mod index;
mod keyring;
mod local;
pub(crate) mod offer;
pub(crate) mod open;
pub(crate) mod release;
mod signed_release;
mod time;

pub use checksum::{Checksum, Listed};
pub use fetch::{Answer, Fetch, Origin, Wanted};
pub use keyring::Keyring;
pub use local::LocalDeb;
pub use release::Release;
pub use signed_release::{Evidence, SignedRelease};
