//! Downloads one file from one URL, with retries and resumption.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use message::redact;
use ureq::http::header::{ETAG, IF_RANGE, RANGE};
use ureq::http::{Response, StatusCode};
use ureq::Body;

use crate::cache::Cache;
use crate::content::{Content, Verified};
use crate::failure::Failure;
use crate::http::response::{content_range, header, retry_after};
use crate::http::{Client, Target};
use crate::pace::Pace;
use crate::progress::Bar;
use crate::request::Request;
use crate::retry::Retry;

const BLOCK: usize = 64 << 10;

/// The download of a file. Several URLs may contribute to it.
#[derive(Debug)]
pub(crate) struct Download<'a> {
    pub(crate) client: &'a Client,
    pub(crate) cache: &'a Cache,
    pub(crate) request: &'a Request<'a>,
    pub(crate) retry: Retry<'a>,
    pub(crate) content: Content,
    pub(crate) bar: Bar<'a>,
}

impl Download<'_> {
    /// Requests a URL until it gives a definite answer.
    pub(crate) fn get(&mut self, url: &str) -> Result<Vec<u8>, Failure> {
        let retry = self.retry;
        retry.run(&redact(url), || self.attempt(url))
    }

    /// Makes one request, or two if the first shows that the stored beginning is wrong. The second starts at the first
    /// byte, so a third is never needed.
    fn attempt(&mut self, url: &str) -> Result<Vec<u8>, Failure> {
        loop {
            match self.exchange(url)? {
                Verified::Bytes(bytes) => return Ok(bytes),
                Verified::Patched => self.content.restart(),
            }
        }
    }

    fn exchange(&mut self, url: &str) -> Result<Verified, Failure> {
        let expected = self.request.expected.map(|blob| blob.size);
        if expected.is_none() {
            // Without a known digest, parts of two versions could not be detected.
            self.content.restart();
        }
        let from = self.content.size();
        if from > 0 && Some(from) == expected {
            return self.content.verify(self.request, self.cache);
        }
        let target = Target::new(url, &self.client.netrc)?;
        let _permit = self.client.permit(&target);
        let mut headers = Vec::new();
        if from > 0 {
            headers.push((RANGE, format!("bytes={from}-")));
            let etag = self.content.etag(url);
            headers.extend(etag.map(|etag| (IF_RANGE, etag.to_owned())));
        }
        let (response, target) = self.client.get(target, &headers, self.longest())?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if from > 0 => match content_range(&response) {
                Some((start, total)) if start == from => {
                    self.check_size(total)?;
                    self.content.mark_patched();
                }
                _ => return Ok(Verified::Patched),
            },
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => return Ok(Verified::Patched),
            status if status.is_success() => {
                self.check_size(response.body().content_length())?;
                self.content.restart();
                self.content.set_validator(url, header(&response, &ETAG));
            }
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                return Err(target.not_authorized(status, &self.client.netrc))
            }
            status => return Err(Failure::of_status(status, retry_after(&response))),
        }
        self.receive(response)?;
        self.content.verify(self.request, self.cache)
    }

    /// The duration of the slowest allowed download.
    fn longest(&self) -> Duration {
        Pace::longest(self.client.timeout, self.request.limit)
    }

    /// Stops early if the response announces another size.
    fn check_size(&self, found: Option<u64>) -> Result<(), Failure> {
        match (found, self.request.expected) {
            (Some(found), Some(blob)) if found != blob.size => {
                Err(Failure::wrong_size(found, blob.size))
            }
            (Some(found), _) if found > self.request.limit => {
                Err(Failure::too_large(self.request.limit))
            }
            _ => Ok(()),
        }
    }

    /// Reads the body to its end, and enforces the size limit and the lowest speed.
    fn receive(&mut self, response: Response<Body>) -> Result<(), Failure> {
        self.bar.at(self.content.size());
        let expected = self.request.expected.map(|blob| blob.size);
        let limit = expected.unwrap_or(u64::MAX).min(self.request.limit);
        let timeout = self.client.timeout;
        let mut reader = response.into_body().into_reader();
        let mut buffer = vec![0; BLOCK];
        let mut pace = Pace::new(timeout);
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.cut(Failure::of_error(&error.into(), timeout))),
            };
            self.content.push(&buffer[..read]);
            self.bar.received(read as u64);
            if self.content.size() > limit {
                self.content.restart();
                return Err(Failure::too_large(limit));
            }
            pace.received(read).map_err(|failure| self.cut(failure))?;
        }
        match expected {
            Some(expected) if self.content.size() < expected => {
                Err(self.cut(Failure::interrupted()))
            }
            _ => Ok(()),
        }
    }

    /// Adds to a failure how many bytes were received.
    fn cut(&self, failure: Failure) -> Failure {
        match (failure, self.request.expected) {
            (Failure::Temporary { cause, retry_after }, Some(blob)) => Failure::Temporary {
                cause: format!(
                    "{cause} after {} of {} bytes",
                    self.content.size(),
                    blob.size
                ),
                retry_after,
            },
            (failure, _) => failure,
        }
    }
}
