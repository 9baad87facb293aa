//! Downloads by the command from local servers, which behave well or badly.

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
