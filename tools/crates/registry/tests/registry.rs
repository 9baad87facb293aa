//! The client against a registry that keeps to the specification, and fails where a test asks for it.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "registry/blobs.rs"]
mod blobs;
#[path = "registry/hosts.rs"]
mod hosts;
#[path = "registry/lists.rs"]
mod lists;
#[path = "registry/logins.rs"]
mod logins;
#[path = "registry/manifests.rs"]
mod manifests;
#[path = "registry/support.rs"]
mod support;
#[path = "registry/uploads.rs"]
mod uploads;
