//! Regular expressions in Go's syntax (`regexp/syntax`, which is that of RE2), executed by the crate `regex`.

mod class;
mod expression;
mod names;
mod parser;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

/// What a compiled expression may take, in bytes. A thousand letters, `\pL{1000}`, fit. Compiling takes four times as much.
const MAX_COMPILED: usize = 42 << 20;

/// Longer expressions are not compiled: before its size is known, each character takes a kilobyte.
const MAX_SOURCE: usize = 16 << 10;

/// Classes by name, and those in which case does not count: each may have thousands of ranges, for five milliseconds.
const MAX_CLASSES: usize = 250;

/// Nesting depth of groups in the translated expression: each group of the source becomes two at most.
const MAX_NESTED: u32 = 2_000;

/// Go's wording.
const TOO_LARGE: &str = "expression too large";

/// A regular expression in Go's syntax. Only its text is kept, and it is compiled again for each use: a test file may have
/// thousands, and each may be large.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    source: String,
    translated: String,
}

impl Pattern {
    /// Compiles an expression. Errors have Go's wording.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        if source.len() > MAX_SOURCE {
            return Err(TOO_LARGE.to_owned());
        }
        let parsed = parser::parse(source).map_err(|wrong| wrong.to_string())?;
        let mut translated = String::with_capacity(source.len() * 8);
        parsed.write(&mut translated);
        compiled(&translated)?;
        let source = source.to_owned();
        Ok(Self { source, translated })
    }

    /// The expression as written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the expression matches anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        // It was compiled before, under the same limits.
        compiled(&self.translated).is_ok_and(|regex| regex.is_match(&readable(bytes)))
    }
}

/// Compiles an expression in the language of the crate `regex`.
fn compiled(translated: &str) -> Result<Regex, String> {
    RegexBuilder::new(translated)
        .size_limit(MAX_COMPILED)
        .nest_limit(MAX_NESTED)
        .build()
        .map_err(|error| match &error {
            regex::Error::CompiledTooBig(_) => TOO_LARGE.to_owned(),
            error => error.to_string(),
        })
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
