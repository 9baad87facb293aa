//! Downloads by the command: credentials, mirrors in directories, offline runs, killed runs. The tests of the crate
//! `transfer` have the faults of servers.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "download/credentials.rs"]
mod credentials;
#[path = "download/directories.rs"]
mod directories;
#[path = "download/killed.rs"]
mod killed;
#[path = "download/offline.rs"]
mod offline;
#[path = "common/support.rs"]
mod support;
