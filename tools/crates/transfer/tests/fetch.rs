//! Gets files from servers on this machine, with and without faults, and from local directories.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "fetch/credentials.rs"]
mod credentials;
#[path = "fetch/directories.rs"]
mod directories;
#[path = "fetch/documents.rs"]
mod documents;
#[path = "fetch/failures.rs"]
mod failures;
#[path = "fetch/offline.rs"]
mod offline;
#[path = "fetch/resuming.rs"]
mod resuming;
#[path = "fetch/support.rs"]
mod support;
#[path = "fetch/threads.rs"]
mod threads;
