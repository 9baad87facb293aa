//! Regular expressions as Go reads them (its `regexp/syntax`), run by the crate `regex`, whose language is a little larger.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

/// A regular expression in Go's language.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles it, or says what is wrong with it.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        let regex = RegexBuilder::new(&translate(source))
            .octal(true)
            .build()
            .map_err(|error| match &error {
                regex::Error::Syntax(text) => last_line(text),
                _ => error.to_string(),
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

/// The messages of the crate `regex` show the expression over several lines; the last says what is wrong.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// The same expression in the language of the crate `regex`: `\d`, `\s`, `\w` and `\b` are ASCII's, `\Q…\E` quotes, a `{`
/// that repeats nothing stands for itself, and so do `[`, `&&`, `--` and `~~` in a class.
fn translate(source: &str) -> String {
    let mut result = String::with_capacity(source.len() + 16);
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(&mut rest, &mut result, false),
            '[' => class(&mut rest, &mut result),
            '{' if !is_repetition(rest.clone()) => result.push_str("\\{"),
            c => result.push(c),
        }
    }
    result
}

fn escape(rest: &mut Peekable<Chars<'_>>, result: &mut String, in_class: bool) {
    let Some(c) = rest.next() else {
        result.push('\\');
        return;
    };
    let ascii = match (c, in_class) {
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('d', true) => "0-9",
        ('D', true) => "[^0-9]",
        ('s', true) => "\\t\\n\\f\\r ",
        ('S', true) => "[^\\t\\n\\f\\r ]",
        ('w', true) => "0-9A-Za-z_",
        ('W', true) => "[^0-9A-Za-z_]",
        ('b', false) => "(?-u:\\b)",
        ('B', false) => "(?-u:\\B)",
        ('<', _) => "<",
        ('>', _) => ">",
        ('Q', false) => return quoted(rest, result),
        _ => {
            result.extend(['\\', c]);
            return;
        }
    };
    result.push_str(ascii);
}

/// Everything up to `\E` or the end stands for itself.
fn quoted(rest: &mut Peekable<Chars<'_>>, result: &mut String) {
    while let Some(c) = rest.next() {
        if c == '\\' && rest.next_if_eq(&'E').is_some() {
            return;
        }
        result.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }
}

/// What follows `[`.
fn class(rest: &mut Peekable<Chars<'_>>, result: &mut String) {
    result.push('[');
    if rest.next_if_eq(&'^').is_some() {
        result.push('^');
    }
    // A bracket that comes first is one of the characters.
    if rest.next_if_eq(&']').is_some() {
        result.push_str("\\]");
    }
    while let Some(c) = rest.next() {
        match c {
            ']' => {
                result.push(']');
                return;
            }
            '\\' => escape(rest, result, true),
            // `[:alpha:]` is the same in both.
            '[' if rest.peek() == Some(&':') => {
                result.push('[');
                for c in rest.by_ref() {
                    result.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            '[' => result.push_str("\\["),
            '&' | '~' => result.extend(['\\', c]),
            // `--` is a difference there; here it is the end of a range, or its beginning.
            '-' if rest.peek() == Some(&'-') => {
                rest.next();
                result.push_str("-\\-");
            }
            c => result.push(c),
        }
    }
}

/// Whether what follows a `{` makes it a repetition: `3}`, `3,}` or `3,5}`.
fn is_repetition(mut rest: Peekable<Chars<'_>>) -> bool {
    let digits = |rest: &mut Peekable<Chars<'_>>| {
        let mut count = 0;
        while rest.next_if(char::is_ascii_digit).is_some() {
            count += 1;
        }
        count
    };
    if digits(&mut rest) == 0 {
        return false;
    }
    if rest.next_if_eq(&',').is_some() {
        digits(&mut rest);
    }
    rest.next() == Some('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: impl AsRef<[u8]>) -> bool {
        Pattern::new(pattern).unwrap().is_in(text.as_ref())
    }

    #[test]
    fn classes_are_those_of_ascii() {
        assert!(found(r"^\d+\s\w+$", "42 ab_"));
        assert!(!found(r"\d", "٣") && !found(r"^\w$", "é") && !found(r"\s", "\u{b}"));
        assert!(found(r"^[\d\s]+$", "4 2") && found(r"^[^\W_]+$", "ab") && !found(r"[^\W_]", "_é"));
        assert!(found(r"é\b", "éa") && !found(r"a\b", "ab"));
    }

    #[test]
    fn what_only_one_of_the_languages_knows() {
        assert!(found(r"${HOME", "x") == found(r"$\{HOME", "x"));
        assert!(found(r"a{b}", "a{b}") && found(r"a{,3}", "a{,3}") && found(r"^a{2,3}$", "aaa"));
        assert!(found(r"^\Qa.b[\E.$", "a.b[x") && !found(r"\Qa.b\E", "axb"));
        assert!(found(r"[[]", "[") && found(r"^[&&a]+$", "&a") && found(r"^[]a]+$", "a]"));
        assert!(found(r"[+--]", ",") && found(r"^[[:alpha:]-]+$", "a-b") && found(r"\<a\>", "<a>"));
        assert!(found(r"\101", "A") && found(r"\x{41}\/\-\'\%", "A/-'%"));
    }

    #[test]
    fn dollar_is_the_end_and_dot_no_new_line() {
        assert!(!found("a$", "a\n") && found("(?m)a$", "a\nb") && !found("a.b", "a\nb"));
        assert!(found("(?s)a.b", "a\nb") && found("(?i)É", "é"));
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert!(found("^a..b$", b"a\xe9\xe8b") && found("^\u{fffd}$", b"\xff"));
    }

    #[test]
    fn what_is_wrong_is_one_line() {
        assert_eq!(Pattern::new("a(b").unwrap_err(), "unclosed group");
        assert_eq!(
            Pattern::new("*").unwrap_err(),
            "repetition operator missing expression"
        );
        assert_eq!(
            Pattern::new("(?=a)").unwrap_err(),
            "look-around, including look-ahead and look-behind, is not supported"
        );
    }
}
