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
