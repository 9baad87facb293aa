//! Regular expressions as Go reads them (its `regexp/syntax`, which is RE2's), run by the crate `regex`.

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

/// Groups within groups of the expression that is compiled: each of ours gets two at most.
const MAX_NESTED: u32 = 2_000;

/// As Go says it.
const TOO_LARGE: &str = "expression too large";

/// A regular expression in Go's language. Only its text is kept, and it is compiled again where it is used: a test file may
/// have thousands, and each may be large.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    source: String,
    translated: String,
}

impl Pattern {
    /// Compiles it, or says what is wrong with it, as Go does.
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

    /// As it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is found anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
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
