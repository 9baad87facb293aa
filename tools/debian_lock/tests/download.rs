//! Downloads as the command makes them, from servers on this machine that answer well and badly.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "download/folders.rs"]
mod folders;
#[path = "download/logins.rs"]
mod logins;
#[path = "download/offline.rs"]
mod offline;
#[path = "download/resuming.rs"]
mod resuming;
#[path = "update/server.rs"]
mod server;
#[path = "update/support.rs"]
mod support;
#[path = "download/trouble.rs"]
mod trouble;
