//! HTTP servers on the loopback interface, for tests. [`Server`] serves files from memory and, where a test asks for it,
//! fails as real servers and networks do. [`Service`] answers by a function of the test. This crate uses none of our
//! crates and no HTTP library, so that it does not repeat their mistakes.
//!
//! Functions panic on errors.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod answer;
mod fault;
mod request;
mod server;
mod service;

pub use fault::{Fault, Rest};
pub use server::{Files, Server};
pub use service::{Received, Reply, Service};
