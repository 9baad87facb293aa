//! Debian repositories: signed Releases, package indexes, and the lock that is made from them.
//!
//! The chain of trust has no gap: a pinned keyring → the signature of `InRelease` → the SHA-256 of each `Packages`
//! index → the SHA-256 of each `.deb`. A file of a repository outside of this chain never reaches a lock.
//!
//! Goals of the lock: it is *complete* (a build needs no other input), *readable* (a person reviews its difference),
//! *small in its differences* (one line for each changed fact), *reproducible* (the same repository gives the same
//! bytes), and *readable for ever* (it has a version, and a message names a version that is too new).
//!
//! The crate reads no environment variable, no clock and no file, and has no network code: bytes come through
//! [`Fetch`].

mod archive;
mod choose;
mod import;
mod libraries;
pub mod lock;
mod manifest;
mod package;
mod relation;
pub mod resolver;
pub mod universe;
mod update;

pub use archive::{
    Answer, Checksum, Evidence, Fetch, Keyring, Listed, LocalDeb, Origin, Release, SignedRelease,
    Wanted,
};
pub use choose::Chosen;
pub use import::{
    import_lock, import_manifest, import_second, ForeignLock, ForeignManifest, ImportedManifest,
    SecondLock,
};
pub use libraries::{libraries, Libraries};
pub use lock::Lock;
pub use manifest::{Manifest, Restriction, SingleDeb, Source, Wish};
pub use message::{nearest, redact, redact_all};
pub use package::{MultiArch, Package, Priority};
pub use relation::{Alternative, Comparison, Provided, Qualifier, Relation};
pub use update::{indexes, resolve, update, Note, Relations, Resolved, Settings, Update};
