//! The progress of an upload.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::{bytes, Progress};

/// Uploads with fewer bytes have no line: the totals have them.
const SHOWN: u64 = 1_000_000;

impl Progress {
    /// Reports that an upload of `size` bytes begins. `name` is for the line at its end, `short_name` for the bar. Both
    /// must not have a password.
    pub fn upload(&self, name: &str, short_name: &str, size: u64) -> Upload<'_> {
        Upload {
            progress: self,
            name: name.to_owned(),
            size,
            sent: AtomicU64::new(0),
            start: Instant::now(),
            bar: self.bar(short_name, Some(size)),
        }
    }
}

/// A running upload, with its bar. Dropping it removes the bar. Several threads may report.
#[derive(Debug)]
pub struct Upload<'a> {
    progress: &'a Progress,
    name: String,
    size: u64,
    sent: AtomicU64,
    start: Instant,
    bar: Option<ProgressBar>,
}

impl Upload<'_> {
    /// Reports that bytes are sent from this position, at the beginning or after an interruption.
    pub fn begin(&self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.reset_eta();
        }
    }

    /// Reports bytes that were sent.
    pub fn sent(&self, count: u64) {
        self.sent.fetch_add(count, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.inc(count);
        }
    }

    /// Reports that the upload is complete.
    pub fn done(&self) {
        if self.size >= SHOWN {
            let sent = self.sent.load(Ordering::Relaxed);
            let line = line(&self.name, self.size, sent, self.start.elapsed());
            self.progress.line(&line);
        }
    }
}

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(name: &str, size: u64, sent: u64, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let rate = bytes(sent as f64 / seconds.max(0.001));
    // After an interruption, some bytes are sent again.
    let size = bytes(size as f64);
    format!("{name}: {size} sent in {seconds:.1} s ({rate}/s)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(
            line("a", 2_000_000, 3_000_000, Duration::from_secs(2)),
            "a: 2.0 MB sent in 2.0 s (1.5 MB/s)"
        );
    }
}
