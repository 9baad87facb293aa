//! Finds connections that send almost no data.

use std::time::{Duration, Instant};

use crate::failure::Failure;

/// A connection with fewer bytes per second counts as stalled.
const SLOWEST: u64 = 1000;

/// The pace of a response.
#[derive(Debug)]
pub(crate) struct Pace {
    timeout: Duration,
    since: Instant,
    count: u64,
}

impl Pace {
    /// Begins to measure. `timeout` is the interval in which the speed is measured.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            since: Instant::now(),
            count: 0,
        }
    }

    /// The interval in which the speed is measured.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Counts received bytes.
    ///
    /// # Errors
    ///
    /// The last interval had too few bytes.
    pub(crate) fn received(&mut self, count: u64) -> Result<(), Failure> {
        self.count += count;
        if self.since.elapsed() < self.timeout {
            return Ok(());
        }
        if self.count < SLOWEST * self.timeout.as_secs() {
            return Err(Failure::stalled(self.timeout));
        }
        (self.since, self.count) = (Instant::now(), 0);
        Ok(())
    }
}

/// The duration of the slowest allowed download of this size. It also bounds trailers and chunk sizes, which may be
/// endless and are not visible to the reader of a body.
pub(crate) fn longest(timeout: Duration, bytes: u64) -> Duration {
    timeout + Duration::from_secs(bytes / SLOWEST)
}
