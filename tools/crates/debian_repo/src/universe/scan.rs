//! One pass over the lines of an index: where its paragraphs lie, their names, and the names that they provide.

use blob::{Error, Result};
use memchr::memchr_iter;

use super::Scope;

/// What an index holds. Places are in bytes.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) paragraphs: Vec<Found>,
    /// Start and end of a provided name, and the number of its paragraph.
    pub(super) provided: Vec<(u32, u32, u32)>,
}

/// A paragraph.
pub(super) struct Found {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The value of `Package`.
    pub(super) name: (u32, u32),
}

pub(super) fn scan(text: &str, scope: Scope) -> Result<Scanned> {
    if text.len() >= u32::MAX as usize {
        return Err(Error::cannot("read", "index", "it is longer than 4 GiB"));
    }
    let mut scan = Scan::new(text.as_bytes(), scope);
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

/// A field whose value is wanted; it may go on in the next lines.
#[derive(Clone, Copy, PartialEq)]
enum Field {
    Other,
    Provides,
}

struct Scan<'a> {
    bytes: &'a [u8],
    scope: Scope,
    scanned: Scanned,
    inside: bool,
    start: usize,
    name: Option<(u32, u32)>,
    independent: bool,
    /// How many of the provided names are of finished paragraphs.
    kept: usize,
    field: Field,
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8], scope: Scope) -> Self {
        Self {
            bytes,
            scope,
            scanned: Scanned::default(),
            inside: false,
            start: 0,
            name: None,
            independent: false,
            kept: 0,
            field: Field::Other,
        }
    }

    /// Takes the line between two places.
    #[inline]
    fn line(&mut self, start: usize, end: usize) -> Result<()> {
        let line = &self.bytes[start..end];
        match line.first() {
            None => return self.finish(start),
            Some(b' ' | b'\t') if is_blank(line) => return self.finish(start),
            Some(b' ' | b'\t') if !self.inside => return self.fail(start, "it continues no field"),
            Some(b' ' | b'\t') => {
                if self.field == Field::Provides {
                    self.provides(start, end);
                }
            }
            Some(first) => {
                if !self.inside {
                    self.inside = true;
                    self.start = start;
                }
                self.field = Field::Other;
                // The three fields that matter; all other lines cost no more than this look at one byte.
                if matches!(first, b'P' | b'p' | b'A' | b'a') {
                    self.field(start, end)?;
                }
            }
        }
        match line.last() {
            Some(b'\r') => self.fail(start, "it ends in a carriage return"),
            _ => Ok(()),
        }
    }

    fn field(&mut self, start: usize, end: usize) -> Result<()> {
        let line = &self.bytes[start..end];
        if has_name(line, b"package:") {
            if self.name.is_some() {
                return self.fail(start, "the field `Package` is there twice");
            }
            self.name = trim(self.bytes, start + 8, end);
            if self.name.is_none() {
                return self.fail(start, "the field `Package` is empty");
            }
        } else if has_name(line, b"provides:") {
            self.field = Field::Provides;
            self.provides(start + 9, end);
        } else if has_name(line, b"architecture:") {
            self.independent = line[13..].trim_ascii() == b"all";
        }
        Ok(())
    }

    /// Takes the provided names between two places.
    fn provides(&mut self, start: usize, end: usize) {
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
                    .position(|byte| matches!(byte, b' ' | b'\t' | b':' | b'('))
                    .unwrap_or(rest.len());
                let from = at + from;
                let name = (from as u32, (from + length) as u32);
                self.scanned.provided.push((name.0, name.1, paragraph));
            }
            at = stop + 1;
        }
    }

    /// Ends the paragraph at hand, if there is one.
    fn finish(&mut self, end: usize) -> Result<()> {
        if !self.inside {
            return Ok(());
        }
        let Some(name) = self.name.take() else {
            return self.fail(self.start, "its paragraph has no field `Package`");
        };
        if self.scope == Scope::Everything || self.independent {
            self.scanned.paragraphs.push(Found {
                start: self.start as u32,
                end: end as u32,
                name,
            });
            self.kept = self.scanned.provided.len();
        } else {
            self.scanned.provided.truncate(self.kept);
        }
        self.inside = false;
        self.independent = false;
        self.field = Field::Other;
        Ok(())
    }

    fn fail<T>(&self, at: usize, cause: &str) -> Result<T> {
        let line = 1 + memchr_iter(b'\n', &self.bytes[..at]).count();
        Err(Error::cannot("read", format_args!("line {line}"), cause))
    }
}

fn has_name(line: &[u8], name: &[u8]) -> bool {
    line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The places of a value without the blanks around it; none where nothing is left.
fn trim(bytes: &[u8], start: usize, end: usize) -> Option<(u32, u32)> {
    let value = &bytes[start..end];
    let before = value.len() - value.trim_ascii_start().len();
    let length = value.trim_ascii().len();
    let start = start + before;
    (length > 0).then_some((start as u32, (start + length) as u32))
}
