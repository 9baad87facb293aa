//! Debian archives: signed Releases, package indexes, and the lock that is made from them.
//!
//! The chain is kept whole: a keyring pinned in the repository → the signature of `InRelease` → the SHA-256 of each
//! `Packages` index → the SHA-256 of each `.deb`. What does not hang on it never reaches a lock.
//!
//! Goals of the lock: it is *complete* (a build needs nothing else), *readable* (a person reviews its difference),
//! *small in its differences* (one line for each changed fact), *the same bytes* for the same archive, and *readable
//! for ever* (versioned; a newer version is refused by name).
//!
//! The crate reads no environment, no clock and no file, and knows no network: bytes come through [`Fetch`].

mod choose;
mod fetch;
mod import;
mod index;
mod keyring;
mod local;
pub mod lock;
mod manifest;
mod message;
mod offer;
mod open;
mod package;
mod relation;
mod release;
pub mod resolver;
mod signed_release;
mod time;
pub mod universe;
mod update;

pub use choose::Chosen;
pub use fetch::{Answer, Fetch, Origin, Wanted};
pub use import::{import_lock, import_manifest, ForeignLock, ForeignManifest, ImportedManifest};
pub use keyring::Keyring;
pub use local::LocalDeb;
pub use lock::Lock;
pub use manifest::{Manifest, Restriction, SingleDeb, Source, Wish};
pub use package::{MultiArch, Package, Priority};
pub use relation::{Alternative, Comparison, Provided, Qualifier, Relation};
pub use release::Release;
pub use signed_release::{Evidence, SignedRelease};
pub use update::{indexes, resolve, update, Note, Relations, Resolved, Settings, Update};
