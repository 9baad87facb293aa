//! What a person is told while it runs: plain lines on standard error.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, Instant};

use debian_repo::Note;

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

    /// Something that a person should know of a lock.
    pub(crate) fn note(&self, note: &Note) {
        match note {
            Note::Unverified {
                source,
                architecture,
                details,
            } => {
                self.line(&format!("not used: {source} for {architecture}"));
                for detail in details {
                    self.line(&format!("  {detail}"));
                }
            }
            Note::Skipped {
                package,
                architecture,
            } => self.line(&format!("skipped: {package} for {architecture}")),
            Note::Unmet {
                package,
                architecture,
                relation,
            } => self.line(&format!("unmet: {package} for {architecture} needs {relation}")),
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
