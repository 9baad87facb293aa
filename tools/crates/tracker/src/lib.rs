//! Snapshots of [Debian's security tracker](https://security-tracker.debian.org/tracker/), in its JSON form
//! (`/tracker/data/json`): source package → issue → release → status.
//!
//! [`Snapshot::read`] reads the document as a stream and keeps the selected source packages and releases only, so a
//! document of 60 MB needs little memory. [`Snapshot::to_json`] writes the compact form, which a repository keeps as a
//! lock. [`Snapshot::state`] says what the tracker states about an issue for one version of a source package.
//! [`difference`] compares two snapshots.
//!
//! This crate has no access to network, clock or files: its callers give it bytes and times.

mod compact;
mod difference;
mod failure;
mod issue;
mod limits;
mod read;
mod release;
mod snapshot;
mod state;
mod text;
mod unique;

pub use difference::difference;
pub use issue::{url, Issue, Record, Scope, Status};
pub use limits::{MAX_COMPACT, MAX_SNAPSHOT};
pub use release::codename;
pub use snapshot::{time, Issues, Selection, Snapshot};
pub use state::State;
