//! What a person is told while it runs: plain lines on standard error.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, Instant};

/// Counts and tells.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    downloaded: Cell<u64>,
    cached: Cell<u64>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            downloaded: Cell::new(0),
            cached: Cell::new(0),
        }
    }

    /// One line. Nobody listening is no reason to stop.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A file has come.
    pub(crate) fn downloaded(&self, what: &str, size: u64, time: Duration) {
        self.downloaded.set(self.downloaded.get() + size);
        let rate = size as f64 / time.as_secs_f64().max(0.001);
        self.line(&format!(
            "{what}: {} in {:.1} s ({}/s)",
            bytes(size as f64),
            time.as_secs_f64(),
            bytes(rate)
        ));
    }

    /// A file was in the cache.
    pub(crate) fn cached(&self, size: u64) {
        self.cached.set(self.cached.get() + size);
    }

    /// An index is not used.
    pub(crate) fn unverified(&self, suite: &str, architecture: &str, details: &[String]) {
        self.line(&format!("not used: {suite} for {architecture}"));
        for detail in details {
            self.line(&format!("  {detail}"));
        }
    }

    /// All in all.
    pub(crate) fn summary(&self) {
        self.line(&format!(
            "{} downloaded, {} from the cache, {:.1} s",
            bytes(self.downloaded.get() as f64),
            bytes(self.cached.get() as f64),
            self.start.elapsed().as_secs_f64()
        ));
    }
}

fn bytes(count: f64) -> String {
    match count {
        c if c >= 1e6 => format!("{:.1} MB", c / 1e6),
        c if c >= 1e3 => format!("{:.1} kB", c / 1e3),
        c => format!("{c:.0} B"),
    }
}
