//! `debian_lock tracker`, with documents as files and from a server on this machine.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "common/support.rs"]
mod support;
#[path = "tracker/failures.rs"]
mod tracker_failures;
#[path = "tracker/successes.rs"]
mod tracker_successes;
#[path = "tracker/world.rs"]
mod world;
