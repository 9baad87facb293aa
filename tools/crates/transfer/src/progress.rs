//! Progress: plain lines, and on a terminal a bar for each download and upload.

mod upload;

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use blob::Error;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

pub use upload::Upload;

/// Received bytes, total bytes, speed, remaining time, name. The bar has no colours, so `NO_COLOR` needs no special
/// case.
const BAR: &str = "[{bar:12}] {decimal_bytes:>9} of {decimal_total_bytes:<9} {decimal_bytes_per_sec:>11} {eta:>4} {wide_msg}";

/// The same without a known total.
const NO_BAR: &str = "{spinner} {decimal_bytes:>9} {decimal_bytes_per_sec:>11} {wide_msg}";

/// Counts and reports. Several threads may report at the same time.
#[derive(Debug)]
pub struct Progress {
    start: Instant,
    downloaded: AtomicU64,
    cached: AtomicU64,
    output: Output,
    /// The bars, if the output is a terminal.
    bars: Option<MultiProgress>,
}

/// Where lines are written.
struct Output(Mutex<Box<dyn Write + Send>>);

impl Progress {
    /// Reports on standard error.
    pub fn on_standard_error() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let kind = std::env::var("TERM").unwrap_or_default();
        Self {
            bars: has_bars(terminal, &kind).then(MultiProgress::new),
            ..Self::on(std::io::stderr())
        }
    }

    /// Reports on another output, without bars.
    pub fn on(output: impl Write + Send + 'static) -> Self {
        Self {
            start: Instant::now(),
            downloaded: AtomicU64::new(0),
            cached: AtomicU64::new(0),
            output: Output(Mutex::new(Box::new(output))),
            bars: None,
        }
    }

    /// Prints a line above the bars. Names in it cannot control the terminal. Write errors are ignored: the command must not
    /// fail if standard error is closed.
    pub fn line(&self, text: &str) {
        let text = message::escape_lines(text);
        match &self.bars {
            Some(bars) => bars.suspend(|| self.output.print(&text)),
            None => self.output.print(&text),
        }
    }

    /// Prints an error that makes only the next run slower, such as a cache that cannot be written.
    pub fn note(&self, error: &Error) {
        self.line(&format!("note: {error}"));
    }

    /// Reports that a download begins.
    pub(crate) fn begin(&self, name: &str, short_name: &str, size: Option<u64>) -> Bar<'_> {
        Bar {
            progress: self,
            name: name.to_owned(),
            start: Instant::now(),
            received: 0,
            bar: self.bar(short_name, size),
        }
    }

    /// A bar, if the output is a terminal.
    fn bar(&self, name: &str, size: Option<u64>) -> Option<ProgressBar> {
        let bars = self.bars.as_ref()?;
        let bar = match size {
            Some(size) => ProgressBar::new(size).with_style(style(BAR)),
            None => ProgressBar::new_spinner().with_style(style(NO_BAR)),
        };
        Some(bars.add(bar.with_message(name.to_owned())))
    }

    /// Reports a file from the cache.
    pub(crate) fn cached(&self, size: u64) {
        self.cached.fetch_add(size, Ordering::Relaxed);
    }

    /// Prints the totals.
    pub fn summary(&self) {
        self.line(&format!(
            "{} downloaded, {} from the cache, {:.1} s",
            bytes(self.downloaded.load(Ordering::Relaxed) as f64),
            bytes(self.cached.load(Ordering::Relaxed) as f64),
            self.start.elapsed().as_secs_f64()
        ));
    }
}

/// A running download, with its bar. Dropping it removes the bar.
#[derive(Debug)]
pub(crate) struct Bar<'a> {
    progress: &'a Progress,
    name: String,
    start: Instant,
    received: u64,
    bar: Option<ProgressBar>,
}

impl Bar<'_> {
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
        let line = line(&self.name, size, self.received, self.start.elapsed());
        drop(self);
        progress.line(&line);
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(name: &str, size: u64, received: u64, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let rate = bytes(received as f64 / seconds.max(0.001));
    let part = if received == size {
        String::new()
    } else {
        format!(" ({} in this run)", bytes(received as f64))
    };
    let size = bytes(size as f64);
    format!("{name}: {size}{part} in {seconds:.1} s ({rate}/s)")
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

impl Output {
    /// Writes the line with one call, so that lines of several threads and processes do not mix.
    fn print(&self, text: &str) {
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = output.write_all(format!("{text}\n").as_bytes());
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Output")
    }
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
            "a: 2.0 kB (500 B in this run) in 1.0 s (500 B/s)"
        );
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
