//! HTTP requests: TLS, bodies, redirects, and the URLs that a registry sends.

mod exchange;
mod location;

pub(crate) use exchange::{is_local, read, send, tls_error, Body, Exchange, Problem, Sent};
pub(crate) use location::{location, next_page, same_origin, shown, Pages};

/// A response without its URL.
pub(crate) type Response = ureq::http::Response<ureq::Body>;
