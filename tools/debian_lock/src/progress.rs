//! Progress on standard error: plain lines, and on a terminal a bar for each download.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use lock_update::Note;

/// Received bytes, total bytes, speed, remaining time, name. The bar has no colours, so `NO_COLOR` needs no special
/// case.
const BAR: &str = "[{bar:12}] {decimal_bytes:>9} of {decimal_total_bytes:<9} {decimal_bytes_per_sec:>11} {eta:>4} {wide_msg}";

/// The same without a known total.
const NO_BAR: &str = "{spinner} {decimal_bytes:>9} {decimal_bytes_per_sec:>11} {wide_msg}";

/// Counts and reports. Several threads may report at the same time.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    downloaded: AtomicU64,
    cached: AtomicU64,
    /// The bars, if standard error is a terminal.
    bars: Option<MultiProgress>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let kind = std::env::var("TERM").unwrap_or_default();
        Self {
            start: Instant::now(),
            downloaded: AtomicU64::new(0),
            cached: AtomicU64::new(0),
            bars: has_bars(terminal, &kind).then(MultiProgress::new),
        }
    }

    /// Prints a line above the bars. Write errors are ignored: the command must not fail if standard error is closed.
    pub(crate) fn line(&self, text: &str) {
        let _ = match &self.bars {
            Some(bars) => bars.suspend(|| print(text)),
            None => print(text),
        };
    }

    /// Reports that a download begins.
    pub(crate) fn begin(&self, what: &str, size: Option<u64>) -> Transfer<'_> {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = match size {
                Some(size) => ProgressBar::new(size).with_style(style(BAR)),
                None => ProgressBar::new_spinner().with_style(style(NO_BAR)),
            };
            bars.add(bar.with_message(short(what).to_owned()))
        });
        Transfer {
            progress: self,
            what: what.to_owned(),
            start: Instant::now(),
            received: 0,
            bar,
        }
    }

    /// Reports a file from the cache.
    pub(crate) fn cached(&self, size: u64) {
        self.cached.fetch_add(size, Ordering::Relaxed);
    }

    /// Prints a note about a lock.
    pub(crate) fn note(&self, note: &Note) {
        let text = match note {
            Note::Unverified {
                source,
                architecture,
                details,
            } => {
                let mut lines = vec![format!("not used: {source} for {architecture}")];
                lines.extend(details.iter().map(|detail| format!("  {detail}")));
                lines.join("\n")
            }
            Note::Undated {
                source,
                why,
                signed,
            } => format!(
                "warning: the Release of {source}: {why}; the lock has the time of its signature, {signed}"
            ),
            Note::Skipped {
                package,
                architecture,
            } => format!("skipped: {package} for {architecture}"),
            Note::Unmet {
                package,
                architecture,
                relation,
            } => format!("unmet: {package} for {architecture} needs {relation}"),
        };
        self.line(&text);
    }

    /// Prints the totals.
    pub(crate) fn summary(&self) {
        self.line(&format!(
            "{} downloaded, {} from the cache, {:.1} s",
            bytes(self.downloaded.load(Ordering::Relaxed) as f64),
            bytes(self.cached.load(Ordering::Relaxed) as f64),
            self.start.elapsed().as_secs_f64()
        ));
    }
}

/// A running download. Dropping it removes its bar.
#[derive(Debug)]
pub(crate) struct Transfer<'a> {
    progress: &'a Progress,
    what: String,
    start: Instant,
    received: u64,
    bar: Option<ProgressBar>,
}

impl Transfer<'_> {
    /// Sets the position after bytes that are already there. Speed and remaining time are measured from here.
    pub(crate) fn at(&mut self, position: u64) {
        if self.received == 0 {
            self.start = Instant::now();
        }
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.reset_eta();
        }
    }

    /// Reports received bytes.
    pub(crate) fn received(&mut self, count: u64) {
        self.received += count;
        if let Some(bar) = &self.bar {
            bar.inc(count);
        }
    }

    /// Reports that the file is complete. Only bytes from the network are counted.
    pub(crate) fn done(self, size: u64) {
        let progress = self.progress;
        progress
            .downloaded
            .fetch_add(self.received, Ordering::Relaxed);
        let line = line(&self.what, size, self.received, self.start.elapsed());
        drop(self);
        progress.line(&line);
    }
}

impl Drop for Transfer<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(what: &str, size: u64, received: u64, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let rate = bytes(received as f64 / seconds.max(0.001));
    let part = match received {
        received if received == size => String::new(),
        received => format!(", {} of it now", bytes(received as f64)),
    };
    let size = bytes(size as f64);
    format!("{what}: {size}{part} in {seconds:.1} s ({rate}/s)")
}

/// The name on a bar: of `debian dists/bookworm/main/…/Packages.xz` the part after `dists/`, of other files the file
/// name.
fn short(what: &str) -> &str {
    match what.rsplit_once("dists/") {
        Some((_, rest)) => rest,
        None => what.rsplit('/').next().unwrap_or(what),
    }
}

/// Whether the terminal can move its cursor.
fn has_bars(terminal: bool, kind: &str) -> bool {
    terminal && !matches!(kind, "" | "dumb")
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style.map_or_else(
        |_| ProgressStyle::default_bar(),
        |s| s.progress_chars("=> "),
    )
}

/// Writes the line with one call, so that lines of several threads do not mix.
fn print(text: &str) -> std::io::Result<()> {
    std::io::stderr().write_all(format!("{text}\n").as_bytes())
}

fn bytes(count: f64) -> String {
    match count {
        c if c >= 1e6 => format!("{:.1} MB", c / 1e6),
        c if c >= 1e3 => format!("{:.1} kB", c / 1e3),
        c => format!("{c:.0} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let second = Duration::from_secs(1);
        assert_eq!(
            line("a", 2_000_000, 2_000_000, 2 * second),
            "a: 2.0 MB in 2.0 s (1.0 MB/s)"
        );
        assert_eq!(
            line("a", 2_000, 500, second),
            "a: 2.0 kB, 500 B of it now in 1.0 s (500 B/s)"
        );
    }

    #[test]
    fn labels_of_bars() {
        assert_eq!(
            short("debian dists/bookworm/InRelease"),
            "bookworm/InRelease"
        );
        assert_eq!(short("http://a.example/x pool/main/a/a_1.deb"), "a_1.deb");
    }

    #[test]
    fn bars_are_for_terminals_that_can_show_them() {
        assert!(has_bars(true, "xterm-256color"));
        assert!(!has_bars(true, "dumb") && !has_bars(true, "") && !has_bars(false, "xterm"));
        for template in [BAR, NO_BAR] {
            ProgressStyle::with_template(template).unwrap();
        }
    }
}
