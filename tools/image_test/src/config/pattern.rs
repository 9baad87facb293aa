//! Regular expressions as Go reads them (its `regexp/syntax`, which is RE2's), run by the crate `regex`.

mod class;
mod expression;
mod names;
mod parser;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

/// What the compiled expressions of a test file may take together, in bytes. A thousand letters, `\pL{1000}`, fit once, and some
/// ten thousand short expressions.
pub(super) const MAX_COMPILED: usize = 64 << 20;

/// The smallest size that is told apart.
const LEAST: usize = 4 << 10;

/// Groups within groups of the expression that is compiled: each of ours gets two at most.
const MAX_NESTED: u32 = 2_000;

/// A regular expression in Go's language.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
    size: usize,
}

impl Pattern {
    /// Compiles it, or says what is wrong with it, as Go does.
    #[cfg(test)]
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        Self::within(source, MAX_COMPILED)
    }

    /// Compiles it where it takes no more than so many bytes.
    pub(super) fn within(source: &str, most: usize) -> Result<Self, String> {
        let parsed = parser::parse(source).map_err(|wrong| wrong.to_string())?;
        let mut translated = String::with_capacity(source.len() * 8);
        parsed.write(&mut translated);
        // Nobody says what a compiled expression takes, so that the smallest limit is looked for that it fits into.
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
                        "the expressions of this file take more than {MAX_COMPILED} bytes"
                    ));
                }
                Err(regex::Error::CompiledTooBig(_)) => {
                    return Err("expression too large".to_owned());
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// What it takes at most, in bytes.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// As it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is found anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        // What a search keeps for the next one, up to 2 MiB for each expression, goes with the clone.
        self.regex.clone().is_match(&readable(bytes))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// Bytes as text, each byte that is not UTF-8 as U+FFFD.
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
