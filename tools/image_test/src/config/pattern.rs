//! Regular expressions in Go's syntax (`regexp/syntax`, which is that of RE2), executed by the crate `regex`.

mod class;
mod expression;
mod names;
mod parser;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

/// Size limit of a compiled expression in bytes. A thousand letters, `\pL{1000}`, fit.
const MAX_COMPILED: usize = 64 << 20;

/// Nesting depth of groups in the translated expression: each group of the source becomes two at most.
const MAX_NESTED: u32 = 2_000;

/// A regular expression in Go's syntax.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles an expression. Errors have Go's wording.
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

    /// The expression as written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the expression matches anywhere in these bytes. As in Go, a byte that is not UTF-8 counts as U+FFFD.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.regex.is_match(&readable(bytes))
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
