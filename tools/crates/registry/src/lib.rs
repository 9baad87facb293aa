//! A client for container registries, by the [OCI distribution specification
//! 1.1](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md).
//!
//! A [`Reference`] names an image. A [`Client`] has the options, the [`Credentials`] of the user and the tokens of all
//! registries; [`Client::repository`] gives the operations on one [`Repository`]: manifests, blobs, uploads, tags and
//! referrers. Several threads may use one client; how many do is the decision of the caller.
//!
//! - *Answers are verified.* Digests and sizes are compared, each answer has a limit, and text of a registry is shortened
//!   and escaped before it is in a message.
//! - *No secret leaves its place.* Credentials go only to the registry that they are for, over HTTPS or to this machine;
//!   a redirect to another host does not get them. No error, debug output or log line has a secret.
//! - *Temporary failures are repeated* by [`transfer::Retry`]. Downloads and uploads continue where they stopped.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! operations ─▶ client ─▶ authorization ─▶ credentials ─▶ secret
//!                              └─────────▶ answer ──────▶ http     (all of them: options, reference)
//! ```
//!
//! No program that an action runs may depend on this crate, because it has network code.

mod answer;
mod authorization;
mod client;
mod credentials;
mod http;
mod operations;
mod options;
mod reference;
mod secret;

pub use client::Client;
pub use credentials::Credentials;
pub use operations::{
    BytesContent, Content, FileContent, Found, Manifest, Place, Referrers, RepositoryClient,
    Selector, Sent, Stored,
};
pub use options::{Access, Options};
pub use reference::{Reference, Repository};
pub use transfer::http::ClientCertificate;
