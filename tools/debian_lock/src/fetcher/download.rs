//! Downloads one file from one URL, with retries and resumption.

use std::io::{ErrorKind, Read};
use std::thread::sleep;
use std::time::{Duration, Instant};

use apt_archive::Wanted;
use ureq::http::header::{CONTENT_RANGE, ETAG, IF_RANGE, RANGE, RETRY_AFTER};
use ureq::http::{Response, StatusCode};
use ureq::Body as HttpBody;

use super::body::{Body, Verdict};
use super::outcome::{other_size, refused, silent, too_large, trouble, Outcome};
use super::target::Target;
use super::wire::{header, Wire};
use crate::addresses::redact;
use crate::cache::Cache;
use crate::progress::{Progress, Transfer};

/// The pause before the second try. Each later one is three times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause, even if a server requests more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A connection with fewer bytes per second counts as stalled.
const SLOWEST: u64 = 1000;

const BLOCK: usize = 64 << 10;

/// The download of a file. Several URLs may contribute to it.
#[derive(Debug)]
pub(super) struct Download<'a> {
    pub(super) wire: &'a Wire,
    pub(super) cache: &'a Cache,
    pub(super) progress: &'a Progress,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) tries: u32,
    pub(super) body: Body,
    pub(super) transfer: Transfer<'a>,
}

impl Download<'_> {
    /// Requests a URL until it gives a definite answer.
    pub(super) fn get(&mut self, address: &str) -> Outcome {
        let mut pause = FIRST_PAUSE;
        let mut outcome = self.try_once(address);
        for _ in 1..self.tries {
            let Outcome::Passing(why, asked) = &outcome else {
                break;
            };
            let asked = asked.unwrap_or_default();
            if asked > LONGEST_PAUSE {
                return Outcome::Lasting(later(why, asked), None);
            }
            let wait = asked.max(pause);
            let seconds = wait.as_secs_f64();
            let line = format!("{}: {why}; next try in {seconds:.1} s", redact(address));
            self.progress.line(&line);
            sleep(wait);
            pause = (pause * 3).min(LONGEST_PAUSE);
            outcome = self.try_once(address);
        }
        outcome
    }

    /// Makes one request, or two if the first shows that the stored beginning is wrong. The second starts at the first
    /// byte, so a third is never needed.
    fn try_once(&mut self, address: &str) -> Outcome {
        loop {
            match self.exchange(address) {
                Ok(Verdict::Outcome(outcome)) | Err(outcome) => return outcome,
                Ok(Verdict::Patched) => self.body.restart(),
            }
        }
    }

    fn exchange(&mut self, address: &str) -> Result<Verdict, Outcome> {
        let expected = self.wanted.expected.map(|blob| blob.size);
        if expected.is_none() {
            // Without a known digest, parts of two versions could not be detected.
            self.body.restart();
        }
        let from = self.body.size();
        if from > 0 && Some(from) == expected {
            return Ok(self.body.judge(self.wanted, self.cache));
        }
        let target = Target::of(address, &self.wire.netrc)?;
        let _slot = self.wire.slot(&target);
        let mut headers = Vec::new();
        if from > 0 {
            headers.push((RANGE, format!("bytes={from}-")));
            let etag = self.body.etag(address);
            headers.extend(etag.map(|etag| (IF_RANGE, etag.to_owned())));
        }
        let (response, target) = self.wire.open(target, &headers, self.longest())?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if from > 0 => match content_range(&response) {
                Some((start, total)) if start == from => {
                    self.check_size(total)?;
                    self.body.patch();
                }
                _ => return Ok(Verdict::Patched),
            },
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => return Ok(Verdict::Patched),
            status if status.is_success() => {
                self.check_size(response.body().content_length())?;
                self.body.restart();
                self.body.came_from(address, header(&response, &ETAG));
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(target.not_allowed(response.status(), &self.wire.netrc))
            }
            status => return Err(refused(status, retry_after(&response))),
        }
        self.take(response)?;
        Ok(self.body.judge(self.wanted, self.cache))
    }

    /// The duration of the slowest allowed download. It also bounds trailers and chunk sizes, which may be endless and
    /// are not visible here.
    fn longest(&self) -> Duration {
        self.wire.silence + Duration::from_secs(self.wanted.limit / SLOWEST)
    }

    /// Stops early if the response announces another size.
    fn check_size(&self, found: Option<u64>) -> Result<(), Outcome> {
        match (found, self.wanted.expected) {
            (Some(found), Some(blob)) if found != blob.size => {
                Err(Outcome::Nothing(other_size(found, blob.size)))
            }
            (Some(found), _) if found > self.wanted.limit => Err(too_large(self.wanted.limit)),
            _ => Ok(()),
        }
    }

    /// Reads the body to its end, and enforces the size limit and the lowest speed.
    fn take(&mut self, response: Response<HttpBody>) -> Result<(), Outcome> {
        self.transfer.at(self.body.size());
        let expected = self.wanted.expected.map(|blob| blob.size);
        let limit = expected.unwrap_or(u64::MAX).min(self.wanted.limit);
        let silence = self.wire.silence;
        let mut reader = response.into_body().into_reader();
        let mut buffer = vec![0; BLOCK];
        let (mut since, mut count) = (Instant::now(), 0);
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.broken_off(trouble(&error.into(), silence))),
            };
            self.body.push(&buffer[..read]);
            self.transfer.received(read as u64);
            if self.body.size() > limit {
                self.body.restart();
                return Err(too_large(limit));
            }
            count += read as u64;
            if since.elapsed() >= silence {
                if count < SLOWEST * silence.as_secs() {
                    return Err(self.broken_off(Outcome::Passing(silent(silence), None)));
                }
                (since, count) = (Instant::now(), 0);
            }
        }
        match expected {
            Some(expected) if self.body.size() < expected => {
                let why = "the connection broke off".to_owned();
                Err(self.broken_off(Outcome::Passing(why, None)))
            }
            _ => Ok(()),
        }
    }

    /// Adds to an error how many bytes were received.
    fn broken_off(&self, outcome: Outcome) -> Outcome {
        match (outcome, self.wanted.expected) {
            (Outcome::Passing(why, asked), Some(blob)) => {
                let size = self.body.size();
                Outcome::Passing(format!("{why} after {size} of {} bytes", blob.size), asked)
            }
            (outcome, _) => outcome,
        }
    }
}

fn later(why: &str, asked: Duration) -> String {
    format!("{why} and asks to come back after {} s", asked.as_secs())
}

/// Parses `bytes START-END/TOTAL`. The total may be unknown.
fn content_range(response: &Response<HttpBody>) -> Option<(u64, Option<u64>)> {
    let range = header(response, &CONTENT_RANGE)?.strip_prefix("bytes ")?;
    let (range, total) = range.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.trim().parse().ok()?, total))
}

/// Parses seconds. A date is ignored, because it requires a correct clock on this machine.
fn retry_after(response: &Response<HttpBody>) -> Option<Duration> {
    let seconds = header(response, &RETRY_AFTER)?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
