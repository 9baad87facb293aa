//! [Error codes](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes).

use std::io;

use serde_json::{json, Value};

use crate::http::Response;

/// The reason why a request has no success.
pub(crate) enum Error {
    /// A response with an error code.
    Response(Box<Response>),
    /// The connection ended.
    Connection(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Connection(error)
    }
}

/// The body of a response with an error.
pub(crate) fn error_body(code: &str, message: &str) -> Value {
    json!({"errors": [{"code": code, "message": message}]})
}

/// A response with an error.
pub(crate) fn error(status: u16, code: &str, message: impl AsRef<str>) -> Error {
    let body = error_body(code, message.as_ref());
    Error::Response(Box::new(Response::json(status, &body)))
}
