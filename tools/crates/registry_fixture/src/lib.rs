//! An OCI registry on the loopback interface, for tests. It implements the [OCI distribution specification 1.1][spec]
//! completely: pull, push, content discovery and content management. The conformance suite of that specification tests
//! it (`//tests/conformance:registry_fixture_test`). Where a test asks for it, the registry fails as real registries and
//! networks do ([`Rule`], [`Fault`]), and it records every request ([`Record`]).
//!
//! This crate uses none of our crates and no HTTP client or server, so that it does not repeat their mistakes.
//!
//! Methods of [`Registry`] panic on errors.
//!
//! [spec]: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod api;
mod auth;
mod error;
mod fault;
mod http;
mod record;
mod registry;
mod serve;
mod settings;
mod shared;
mod store;
mod tls;

pub use auth::{Account, Auth, Bearer};
pub use fault::{Fault, RetryAfter, Rule};
pub use record::Record;
pub use registry::Registry;
pub use settings::{Location, Settings};
pub use tls::{Certificate, Tls, CA, CLIENT_CERTIFICATE, CLIENT_KEY};
