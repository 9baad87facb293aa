use std::time::{Duration, Instant};

use crate::Failure;

/// A connection with fewer bytes per second counts as stalled.
const SLOWEST: u64 = 1000;

/// The pace of a transfer. A peer that sends a byte now and then keeps a connection open without an end; so each interval
/// must have enough bytes.
#[derive(Debug)]
pub struct Pace {
    /// The length of an interval.
    timeout: Duration,
    /// The start of the interval.
    since: Instant,
    /// The bytes in the interval.
    count: u64,
}

impl Pace {
    /// The pace of a transfer that begins now.
    pub fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            since: Instant::now(),
            count: 0,
        }
    }

    /// Counts received bytes.
    ///
    /// # Errors
    ///
    /// An interval is over and had fewer bytes than the slowest allowed pace.
    pub fn received(&mut self, bytes: usize) -> Result<(), Failure> {
        self.count += bytes as u64;
        if self.since.elapsed() < self.timeout {
            return Ok(());
        }
        if self.count < SLOWEST * self.timeout.as_secs() {
            return Err(Failure::stalled(self.timeout));
        }
        *self = Self::new(self.timeout);
        Ok(())
    }

    /// The duration of the slowest allowed transfer of `size` bytes. It also bounds trailers and chunk sizes, which may be
    /// endless and are not visible to a reader of the body.
    pub fn longest(timeout: Duration, size: u64) -> Duration {
        timeout + Duration::from_secs(size / SLOWEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        let long = Duration::from_secs(1000);
        let mut pace = Pace::new(long);
        assert!(pace.received(0).is_ok());
        pace.since -= long;
        assert!(pace.received(999_999).is_err());
        pace.since = Instant::now() - long;
        // The bytes of the failed interval still count.
        assert!(pace.received(1).is_ok());
        assert_eq!(pace.count, 0);
        assert_eq!(Pace::longest(long, 5000), Duration::from_secs(1005));
    }
}
