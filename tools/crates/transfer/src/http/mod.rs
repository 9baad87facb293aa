//! HTTP requests: reused connections, redirects, and credentials for the URLs that may get them.

mod agent;
mod client;
pub mod response;
mod target;
pub mod url;

pub use agent::{agent, ClientCertificate, Connections};
pub(crate) use client::Client;
pub(crate) use target::Target;
