//! HTTP/1.1 as a server: requests, and responses with and without faults.

mod body;
mod connection;
mod head;
mod response;

pub(crate) use body::Body;
pub(crate) use connection::Connection;
pub(crate) use head::{form, Head};
pub(crate) use response::Response;
