//! Runs the command against local servers, which behave well or badly.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "update/failures.rs"]
mod failures;
#[path = "update/server.rs"]
mod server;
#[path = "update/successes.rs"]
mod successes;
#[path = "update/support.rs"]
mod support;
