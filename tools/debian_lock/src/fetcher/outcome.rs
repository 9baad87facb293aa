//! What one address gave, and the words for it.

use std::io::ErrorKind;
use std::time::Duration;

use blob::Blob;
use debian_repo::Wanted;
use ureq::http::StatusCode;
use ureq::Timeout;

/// What one address gave.
#[derive(Debug)]
pub(super) enum Outcome {
    Bytes(Vec<u8>),
    /// A clear no, or bytes that are not those wanted.
    Nothing(String),
    /// Trouble that may pass.
    Passing(String, Option<RetryAfter>),
    /// Trouble that does not pass by waiting, and what to do about it.
    Lasting(String, Option<String>),
}

/// The pause that a server asks for.
pub(super) type RetryAfter = Duration;

/// The bytes, if they are what is wanted.
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

/// An answer that is no file.
pub(super) fn refused(status: StatusCode, retry_after: Option<RetryAfter>) -> Outcome {
    let why = format!("the server answered {status}");
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Outcome::Passing(why, retry_after)
        }
        status if status.is_server_error() => Outcome::Passing(why, retry_after),
        // No word of the archive's.
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Outcome::Lasting(format!("the proxy answered {status}"), None)
        }
        _ => Outcome::Nothing(why),
    }
}

/// No answer, or one that broke off.
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
