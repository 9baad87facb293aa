//! A cache over gRPC, against a server on this machine.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "cache/reads.rs"]
mod reads;
#[path = "cache/server.rs"]
mod server;
