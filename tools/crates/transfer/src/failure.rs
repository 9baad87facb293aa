//! The reasons why a request fails, and their messages.

use std::io::{self, ErrorKind};
use std::time::Duration;

use blob::Blob;
use rustls::CertificateError;
use ureq::http::StatusCode;
use ureq::Timeout;

use crate::request::Request;

/// The reason why a request fails.
#[derive(Debug)]
pub enum Failure {
    /// The URL answered: it does not have the file, or has other bytes.
    Missing(String),
    /// Another attempt may succeed.
    Temporary {
        /// The cause, without the URL.
        cause: String,
        /// The pause that the server requests.
        retry_after: Option<Duration>,
    },
    /// Another attempt would fail in the same way.
    Permanent {
        /// The cause, without the URL.
        cause: String,
        /// The advice to the user.
        hint: Option<String>,
    },
}

impl Failure {
    /// A failure after which another attempt may succeed.
    pub fn temporary(cause: impl Into<String>) -> Self {
        Self::Temporary {
            cause: cause.into(),
            retry_after: None,
        }
    }

    /// A failure that another attempt would repeat.
    pub fn permanent(cause: impl Into<String>) -> Self {
        Self::Permanent {
            cause: cause.into(),
            hint: None,
        }
    }

    /// A permanent failure with a hint.
    pub fn with_hint(cause: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Permanent {
            cause: cause.into(),
            hint: Some(hint.into()),
        }
    }

    /// The cause, without the URL.
    pub fn cause(&self) -> &str {
        match self {
            Self::Missing(cause)
            | Self::Temporary { cause, .. }
            | Self::Permanent { cause, .. } => cause,
        }
    }

    /// The advice to the user.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Permanent { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn wrong_size(found: u64, expected: u64) -> Self {
        Self::Missing(format!("expected {expected} bytes, found {found}"))
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        Self::Missing(format!("more than {limit} bytes"))
    }

    /// The connection ended too early.
    pub fn interrupted() -> Self {
        Self::temporary("connection interrupted")
    }

    /// No data, or too little, for this time.
    pub fn stalled(timeout: Duration) -> Self {
        let seconds = timeout.as_secs();
        Self::temporary(format!("the server sent almost no data for {seconds} s"))
    }

    /// The failure for a response without the requested content.
    pub fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Self {
        let cause = format!("the server answered {status}");
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Self::Temporary { cause, retry_after }
            }
            status if status.is_server_error() => Self::Temporary { cause, retry_after },
            // This response comes from the proxy, not from the server.
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Self::permanent(format!("the proxy answered {status}"))
            }
            _ => Self::Missing(cause),
        }
    }

    /// The failure for a missing or interrupted response.
    pub fn of_error(error: &ureq::Error, timeout: Duration) -> Self {
        match error {
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                Self::temporary("connection timed out")
            }
            ureq::Error::Timeout(_) => Self::stalled(timeout),
            ureq::Error::HostNotFound => Self::temporary("host not found"),
            ureq::Error::Io(error) if tls(error).is_some() => {
                tls(error).map_or_else(Self::interrupted, Self::of_tls)
            }
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => Self::temporary("connection refused"),
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof => Self::interrupted(),
                ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::stalled(timeout),
                _ => Self::temporary(error.to_string()),
            },
            ureq::Error::Protocol(error) => {
                Self::temporary(format!("invalid HTTP response: {error}"))
            }
            ureq::Error::LargeResponseHeader(..) => Self::temporary("invalid HTTP response"),
            ureq::Error::Rustls(error) => Self::of_tls(error),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::invalid_url(),
            error => Self::temporary(error.to_string()),
        }
    }

    /// The failure for a connection that is not encrypted as expected. A certificate that is refused stays so.
    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => Self::with_hint(
                error.to_string(),
                "add the certificate of the server's authority to those of the system",
            ),
            rustls::Error::InvalidCertificate(_) => Self::permanent(error.to_string()),
            _ => Self::temporary(error.to_string()),
        }
    }

    pub(crate) fn invalid_url() -> Self {
        let hint = "write `https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`";
        Self::with_hint("invalid URL", hint)
    }
}

/// The error of TLS in an error of a connection.
fn tls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Returns the bytes if they match the request.
pub(crate) fn verified(
    bytes: Vec<u8>,
    found: Blob,
    request: &Request<'_>,
) -> Result<Vec<u8>, Failure> {
    match request.expected {
        Some(blob) if found.size != blob.size => Err(Failure::wrong_size(found.size, blob.size)),
        Some(blob) if found != blob => Err(Failure::Missing(format!(
            "expected {}, found {}",
            blob.digest, found.digest
        ))),
        _ => Ok(bytes),
    }
}
