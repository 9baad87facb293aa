//! Runs the commands other than `update`.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "commands/cache.rs"]
mod cache;
#[path = "commands/chain.rs"]
mod chain;
#[path = "commands/import.rs"]
mod import;
#[path = "commands/import_second.rs"]
mod import_second;
#[path = "commands/indexes.rs"]
mod indexes;
#[path = "commands/libraries.rs"]
mod libraries;
#[path = "commands/only.rs"]
mod only;
#[path = "commands/resolve.rs"]
mod resolve;
#[path = "common/support.rs"]
mod support;
#[path = "commands/usage.rs"]
mod usage;
#[path = "commands/why.rs"]
mod why;
