//! Regular expressions in Go's syntax (`regexp/syntax`, which is that of RE2), executed by the crate `regex`.

mod class;
mod expression;
mod names;
mod parser;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

/// Size limit of all compiled expressions of a test file in bytes. One expression of a thousand letters, `\pL{1000}`,
/// fits, or about ten thousand short ones. Compilation needs four times as much memory.
pub(super) const MAX_COMPILED: usize = 42 << 20;

/// The smallest size limit that is tried.
const LEAST: usize = 4 << 10;

/// The longest text of an expression in bytes: until its size is known, each character needs 1 KB.
const MAX_SOURCE: usize = 16 << 10;

/// The most named or case-insensitive classes of an expression: each may have thousands of ranges and take 5 ms.
const MAX_CLASSES: usize = 250;

/// Nesting depth of groups in the translated expression: each group of the source becomes two at most.
const MAX_NESTED: u32 = 2_000;

/// Go's wording.
const TOO_LARGE: &str = "expression too large";

/// A regular expression in Go's syntax.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
    size: usize,
}

impl Pattern {
    /// Compiles an expression. Errors have Go's wording.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        Self::within(source, MAX_COMPILED)
    }

    /// Compiles an expression whose compiled form has at most `most` bytes.
    pub(super) fn within(source: &str, most: usize) -> Result<Self, String> {
        if source.len() > MAX_SOURCE {
            return Err(TOO_LARGE.to_owned());
        }
        let parsed = parser::parse(source).map_err(|wrong| wrong.to_string())?;
        let mut translated = String::with_capacity(source.len() * 8);
        parsed.write(&mut translated);
        // The crate does not tell the size of a compiled expression, so the smallest limit that it fits into is searched.
        let mut size = LEAST.min(most);
        loop {
            let mut builder = RegexBuilder::new(&translated);
            match builder.size_limit(size).nest_limit(MAX_NESTED).build() {
                Ok(regex) => {
                    let source = source.to_owned();
                    return Ok(Self {
                        source,
                        regex,
                        size,
                    });
                }
                Err(regex::Error::CompiledTooBig(_)) if size < most => {
                    size = size.saturating_mul(2).min(most);
                }
                Err(regex::Error::CompiledTooBig(_)) if most < MAX_COMPILED => {
                    return Err(format!(
                        "the regular expressions of this file need more than {MAX_COMPILED} bytes"
                    ));
                }
                Err(regex::Error::CompiledTooBig(_)) => return Err(TOO_LARGE.to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// The size of the compiled expression in bytes, at most.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The expression as written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the expression matches anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        // A search caches up to 2 MiB in the expression; the clone's cache is dropped with it.
        self.regex.clone().is_match(&readable(bytes))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// Bytes as text, with U+FFFD for each byte that is not UTF-8.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod go_table;
#[cfg(test)]
mod tests;
