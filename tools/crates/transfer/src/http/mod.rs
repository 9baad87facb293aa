//! HTTP requests: reused connections, redirects, and credentials for the URLs that may get them.

mod client;
pub mod response;
mod target;
pub mod url;

pub(crate) use client::Client;
pub(crate) use target::Target;
