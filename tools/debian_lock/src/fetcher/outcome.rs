//! The result of a request to one URL, and its messages.

use std::io::ErrorKind;
use std::time::Duration;

use apt_archive::Wanted;
use blob::Blob;
use ureq::http::StatusCode;
use ureq::Timeout;

/// The result of a request to one URL.
#[derive(Debug)]
pub(super) enum Outcome {
    Bytes(Vec<u8>),
    /// The URL does not have the file, or has other bytes.
    Nothing(String),
    /// A temporary failure.
    Passing(String, Option<RetryAfter>),
    /// A permanent failure, with a hint.
    Lasting(String, Option<String>),
}

/// The pause that a server requests.
pub(super) type RetryAfter = Duration;

/// Returns the bytes if they match the request.
pub(super) fn verified(bytes: Vec<u8>, found: Blob, wanted: &Wanted<'_>) -> Outcome {
    match wanted.expected {
        Some(blob) if found.size != blob.size => {
            Outcome::Nothing(other_size(found.size, blob.size))
        }
        Some(blob) if found != blob => Outcome::Nothing(format!(
            "{} where {} is expected",
            found.digest, blob.digest
        )),
        _ => Outcome::Bytes(bytes),
    }
}

pub(super) fn other_size(found: u64, expected: u64) -> String {
    format!("{found} bytes where {expected} are expected")
}

pub(super) fn too_large(limit: u64) -> Outcome {
    Outcome::Nothing(format!("more than {limit} bytes"))
}

/// The result for a response without a file.
pub(super) fn refused(status: StatusCode, retry_after: Option<RetryAfter>) -> Outcome {
    let why = format!("the server answered {status}");
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Outcome::Passing(why, retry_after)
        }
        status if status.is_server_error() => Outcome::Passing(why, retry_after),
        // This response comes from the proxy, not from the repository.
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Outcome::Lasting(format!("the proxy answered {status}"), None)
        }
        _ => Outcome::Nothing(why),
    }
}

/// The result for a missing or interrupted response.
pub(super) fn trouble(error: &ureq::Error, silence: Duration) -> Outcome {
    let passing = |why: String| Outcome::Passing(why, None);
    match error {
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            passing("no connection in time".to_owned())
        }
        ureq::Error::Timeout(_) => passing(silent(silence)),
        ureq::Error::HostNotFound => passing("there is no host of that name".to_owned()),
        ureq::Error::Io(error) => passing(match error.kind() {
            ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => "the connection broke off".to_owned(),
            ErrorKind::TimedOut | ErrorKind::WouldBlock => silent(silence),
            _ => error.to_string(),
        }),
        ureq::Error::Protocol(error) => passing(format!("what it answers is not HTTP: {error}")),
        ureq::Error::LargeResponseHeader(..) => passing("what it answers is not HTTP".to_owned()),
        ureq::Error::Rustls(error) => Outcome::Lasting(error.to_string(), None),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            let hint = "write it as `https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`";
            Outcome::Lasting("it is not an address".to_owned(), Some(hint.to_owned()))
        }
        error => passing(error.to_string()),
    }
}

pub(super) fn silent(silence: Duration) -> String {
    format!("next to nothing came for {} s", silence.as_secs())
}
