//! Regular expressions as Go reads them (its `regexp/syntax`, which is RE2's), run by the crate `regex`.

mod class;
mod expression;
mod names;
mod parser;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

/// What a compiled expression may take, in bytes. A thousand letters, `\pL{1000}`, fit.
const MAX_COMPILED: usize = 64 << 20;

/// Groups within groups of the expression that is compiled: each of ours gets two at most.
const MAX_NESTED: u32 = 2_000;

/// A regular expression in Go's language.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles it, or says what is wrong with it, as Go does.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        let parsed = parser::parse(source).map_err(|wrong| wrong.to_string())?;
        let mut translated = String::with_capacity(source.len() * 8);
        parsed.write(&mut translated);
        let regex = RegexBuilder::new(&translated)
            .size_limit(MAX_COMPILED)
            .nest_limit(MAX_NESTED)
            .build()
            .map_err(|error| match &error {
                regex::Error::CompiledTooBig(_) => "expression too large".to_owned(),
                error => error.to_string(),
            })?;
        let source = source.to_owned();
        Ok(Self { source, regex })
    }

    /// As it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is found anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.regex.is_match(&readable(bytes))
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
