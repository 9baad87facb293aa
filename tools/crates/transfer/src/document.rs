//! Downloads a document whose digest is not known in advance and that is too large for memory.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use jiff::Timestamp;
use message::redact;
use ureq::http::header::{HeaderName, DATE, LAST_MODIFIED};
use ureq::http::{Response, StatusCode};
use ureq::Body;

use crate::credentials::Netrc;
use crate::failure::Failure;
use crate::http::response::{header, retry_after, timestamp};
use crate::http::{Client, Target};
use crate::options::Options;
use crate::pace::Pace;
use crate::progress::{Bar, Progress};
use crate::retry::Retry;

/// Downloads documents. It uses no cache, and continues no download: without a known digest, parts of two versions could
/// not be detected.
#[derive(Debug)]
pub struct Documents<'a> {
    client: Client,
    attempts: u32,
    progress: &'a Progress,
}

/// The times that the server states about a document (RFC 9110, sections 8.8.2 and 6.6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// `Last-Modified`: when the document changed.
    pub modified: Option<Timestamp>,
    /// `Date`: when the server made the response.
    pub date: Option<Timestamp>,
}

impl<'a> Documents<'a> {
    /// Creates a client. It makes no request.
    pub fn new(options: &Options, netrc: Netrc, progress: &'a Progress) -> Self {
        Self {
            client: Client::new(options, netrc),
            attempts: options.attempts,
            progress,
        }
    }

    /// Gets the document of at most `limit` bytes at a URL. `store` reads it to the end and keeps it somewhere; each
    /// attempt calls `store` again.
    ///
    /// # Errors
    ///
    /// The URL does not answer ([`Failure::Temporary`], after all attempts), does not have the document or has a larger
    /// one ([`Failure::Missing`]), or `store` fails ([`Failure::Permanent`]).
    pub fn get<T>(
        &self,
        url: &str,
        limit: u64,
        mut store: impl FnMut(&mut dyn Read) -> io::Result<T>,
    ) -> Result<(T, Times), Failure> {
        let retry = Retry {
            attempts: self.attempts,
            progress: self.progress,
        };
        retry.run(&redact(url), || self.attempt(url, limit, &mut store))
    }

    fn attempt<T>(
        &self,
        url: &str,
        limit: u64,
        store: &mut impl FnMut(&mut dyn Read) -> io::Result<T>,
    ) -> Result<(T, Times), Failure> {
        let timeout = self.client.timeout;
        let target = Target::new(url, &self.client.netrc)?;
        let _permit = self.client.permit(&target);
        let longest = Pace::longest(timeout, limit);
        let (response, target) = self.client.get(target, &[], longest)?;
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                return Err(target.not_authorized(status, &self.client.netrc))
            }
            status => return Err(Failure::of_status(status, retry_after(&response))),
        }
        let length = response.body().content_length();
        if length.is_some_and(|length| length > limit) {
            return Err(Failure::too_large(limit));
        }
        let times = Times::of(&response);
        let url = redact(url);
        let mut received = Received {
            body: Box::new(response.into_body().into_reader()),
            bar: self.progress.begin(&url, &url, length),
            size: 0,
            limit,
            pace: Pace::new(timeout),
            timeout,
            failure: None,
        };
        let stored = store(&mut received);
        let Received { bar, size, .. } = received;
        match (received.failure, stored) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(Failure::permanent(format!("it cannot be stored: {error}"))),
            (None, Ok(stored)) => {
                bar.done(size);
                Ok((stored, times))
            }
        }
    }
}

impl Times {
    fn of(response: &Response<Body>) -> Self {
        let time = |name: &HeaderName| header(response, name).and_then(timestamp);
        Self {
            modified: time(&LAST_MODIFIED),
            date: time(&DATE),
        }
    }
}

/// The body of a response. A failure of the connection is kept, so that it differs from a failure of the reader's user.
struct Received<'a> {
    body: Box<dyn Read>,
    bar: Bar<'a>,
    size: u64,
    limit: u64,
    pace: Pace,
    timeout: Duration,
    failure: Option<Failure>,
}

impl Received<'_> {
    fn next(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let read = loop {
            match self.body.read(buffer) {
                Ok(read) => break read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::of_error(&error.into(), self.timeout)),
            }
        };
        let count = read as u64;
        self.size += count;
        if self.size > self.limit {
            return Err(Failure::too_large(self.limit));
        }
        self.bar.received(count);
        self.pace.received(read)?;
        Ok(read)
    }
}

impl Read for Received<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return Err(io::Error::other("the download failed"));
        }
        self.next(buffer).map_err(|failure| {
            let error = io::Error::other(failure.cause().to_owned());
            self.failure = Some(failure);
            error
        })
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("size", &self.size)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
