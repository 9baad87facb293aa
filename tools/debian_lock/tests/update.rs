//! Runs the command against servers on this machine, with and without faults.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "update/failures.rs"]
mod failures;
#[path = "update/successes.rs"]
mod successes;
#[path = "common/support.rs"]
mod support;
