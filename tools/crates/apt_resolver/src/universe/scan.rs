//! One pass over the lines of an index: finds its paragraphs, their names, and the names that they provide.

use apt_archive::is_yes;
use blob::{Error, Result};
use memchr::memchr_iter;

use super::limits::{MAX_PARAGRAPHS, MAX_PROVIDED};
use super::source::Scope;

/// The result for an index. Positions are in bytes.
#[derive(Default)]
pub(super) struct ScanResult {
    pub(super) paragraphs: Vec<ParagraphSpan>,
    /// Start and end of a provided name, and the number of its paragraph.
    pub(super) provided: Vec<(u32, u32, u32)>,
}

/// A paragraph.
#[derive(Clone, Copy)]
pub(super) struct ParagraphSpan {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Start and end of the value of `Package`.
    pub(super) name: (u32, u32),
    /// Whether it has `Essential: yes`.
    pub(super) essential: bool,
    /// Whether it has no architecture. It cannot be installed, but a lookup of its name reports the reason.
    pub(super) broken: bool,
}

/// How many more of each kind are allowed.
#[derive(Clone, Copy)]
pub(super) struct Remaining {
    pub(super) paragraphs: usize,
    pub(super) provided: usize,
}

/// Finds the paragraphs for an architecture. A paragraph for another one or without a name is skipped, because apt
/// cannot install it on this architecture either. No other error is detected here.
pub(super) fn scan(
    text: &str,
    architecture: &str,
    scope: Scope,
    remaining: Remaining,
) -> Result<ScanResult> {
    if text.len() >= u32::MAX as usize {
        return Err(Error::cannot("read", "index", "it is longer than 4 GiB"));
    }
    let mut scan = Scan {
        bytes: text.as_bytes(),
        architecture: architecture.as_bytes(),
        scope,
        remaining,
        scanned: ScanResult::default(),
        inside: false,
        start: 0,
        name: None,
        essential: false,
        architecture_match: Match::Unknown,
        kept: 0,
        field: Field::Other,
    };
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()) {
        scan.line(start, end)?;
        start = end + 1;
    }
    if start < text.len() {
        scan.line(start, text.len())?;
    }
    scan.finish(text.len())?;
    Ok(scan.scanned)
}

/// The current field. The value of some fields continues in the next lines.
#[derive(Clone, Copy, PartialEq)]
enum Field {
    Other,
    Provides,
}

/// The architectures that a paragraph is for.
#[derive(Clone, Copy, PartialEq)]
enum Match {
    /// It has no architecture.
    Unknown,
    Other,
    Own,
}

struct Scan<'a> {
    bytes: &'a [u8],
    architecture: &'a [u8],
    scope: Scope,
    remaining: Remaining,
    scanned: ScanResult,
    inside: bool,
    start: usize,
    name: Option<(u32, u32)>,
    essential: bool,
    architecture_match: Match,
    /// The number of provided names that belong to finished paragraphs.
    kept: usize,
    field: Field,
}

impl Scan<'_> {
    /// Handles the line between two offsets.
    #[inline]
    fn line(&mut self, start: usize, end: usize) -> Result<()> {
        let line = &self.bytes[start..end];
        match line.first() {
            None => self.finish(start),
            Some(b' ' | b'\t' | b'\r') if is_blank(line) => self.finish(start),
            Some(b' ' | b'\t') => {
                self.enter(start);
                match self.field {
                    Field::Provides => self.provides(start, end),
                    Field::Other => Ok(()),
                }
            }
            Some(first) => {
                self.enter(start);
                self.field = Field::Other;
                // The four relevant fields. For all other lines, this one byte is enough.
                match first {
                    b'P' | b'p' | b'A' | b'a' | b'E' | b'e' => self.field(start, end),
                    _ => Ok(()),
                }
            }
        }
    }

    fn enter(&mut self, start: usize) {
        if !self.inside {
            self.inside = true;
            self.start = start;
        }
    }

    fn field(&mut self, start: usize, end: usize) -> Result<()> {
        let line = &self.bytes[start..end];
        if has_name(line, b"package:") {
            self.name = trim(self.bytes, start + 8, end);
        } else if has_name(line, b"provides:") {
            self.field = Field::Provides;
            return self.provides(start + 9, end);
        } else if has_name(line, b"architecture:") {
            let value = line[13..].trim_ascii();
            let own = self.scope == Scope::Everything && value == self.architecture;
            self.architecture_match = if own || value == b"all" {
                Match::Own
            } else {
                Match::Other
            };
        } else if has_name(line, b"essential:") {
            let value = std::str::from_utf8(line[10..].trim_ascii());
            self.essential = value.is_ok_and(is_yes);
        }
        Ok(())
    }

    /// Adds the provided names between two offsets.
    fn provides(&mut self, start: usize, end: usize) -> Result<()> {
        let paragraph = self.scanned.paragraphs.len() as u32;
        let mut at = start;
        while at < end {
            let stop = memchr::memchr(b',', &self.bytes[at..end]).map_or(end, |comma| at + comma);
            let text = &self.bytes[at..stop];
            let from = text.iter().position(|byte| !byte.is_ascii_whitespace());
            if let Some(from) = from {
                let rest = &text[from..];
                let length = rest
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b':' | b'('))
                    .unwrap_or(rest.len());
                let from = at + from;
                let name = (from as u32, (from + length) as u32);
                self.scanned.provided.push((name.0, name.1, paragraph));
                if self.scanned.provided.len() > self.remaining.provided {
                    return Err(too_many("provided names", MAX_PROVIDED));
                }
            }
            at = stop + 1;
        }
        Ok(())
    }

    /// Ends the current paragraph, if there is one.
    fn finish(&mut self, end: usize) -> Result<()> {
        if !self.inside {
            return Ok(());
        }
        let broken = self.architecture_match == Match::Unknown;
        let counts =
            self.architecture_match == Match::Own || (broken && self.scope == Scope::Everything);
        if broken {
            self.scanned.provided.truncate(self.kept);
        }
        match self.name.take().filter(|_| counts) {
            Some(name) => {
                self.scanned.paragraphs.push(ParagraphSpan {
                    start: self.start as u32,
                    end: end as u32,
                    name,
                    essential: self.essential && !broken,
                    broken,
                });
                self.kept = self.scanned.provided.len();
            }
            None => self.scanned.provided.truncate(self.kept),
        }
        if self.scanned.paragraphs.len() > self.remaining.paragraphs {
            return Err(too_many("packages", MAX_PARAGRAPHS));
        }
        self.inside = false;
        self.architecture_match = Match::Unknown;
        self.essential = false;
        self.field = Field::Other;
        Ok(())
    }
}

fn too_many(what: &str, most: usize) -> Error {
    let cause = format!("all indexes of an architecture together have more than {most} {what}");
    Error::cannot("read", "index", cause)
}

fn has_name(line: &[u8], name: &[u8]) -> bool {
    line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name)
}

fn is_blank(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The offsets of a value without the blanks around it; `None` if it is empty.
fn trim(bytes: &[u8], start: usize, end: usize) -> Option<(u32, u32)> {
    let value = &bytes[start..end];
    let before = value.len() - value.trim_ascii_start().len();
    let length = value.trim_ascii().len();
    let start = start + before;
    (length > 0).then_some((start as u32, (start + length) as u32))
}
