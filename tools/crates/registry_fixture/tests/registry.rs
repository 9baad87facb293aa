//! The registry, by its interface for tests and by HTTP.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "registry/authentication.rs"]
mod authentication;
#[path = "registry/discovery.rs"]
mod discovery;
#[path = "registry/faults.rs"]
mod faults;
#[path = "registry/hostile.rs"]
mod hostile;
#[path = "registry/support.rs"]
mod support;
#[path = "registry/tls.rs"]
mod tls;
#[path = "registry/uploads.rs"]
mod uploads;
