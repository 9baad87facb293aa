//! The lock: the facts about repositories that a build uses (`debian_packages/DISTRO.lock.json`). Its format is
//! described in `docs/reference/formats/lock.md`.
//!
//! Goals of the lock: it is *complete* (a build needs no other input), *readable* (a person reviews its difference),
//! *small in its differences* (one line for each changed fact), *reproducible* (the same repository gives the same
//! bytes), and *readable for ever* (it has a version, and a message names a version that is too new).

mod chain;
mod difference;
mod import;
mod keep;
mod merge;
mod model;
mod node;
mod read;
mod url;
mod why;
mod write;

pub use chain::ChainFile;
pub use difference::difference;
pub use import::{
    import_lock_v1, import_lock_v2, import_manifest, ForeignLockV1, ForeignLockV2, ForeignManifest,
    ImportedManifest,
};
pub use keep::{keep_others, Relations};
pub use merge::merge_independent;
pub use model::{
    Location, Lock, LockedPackage, LockedSource, LockedSuite, ALL, REQUESTED, VERSION,
};
pub use why::why;
