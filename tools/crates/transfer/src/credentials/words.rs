//! The words of a netrc file: separated by white space, with or without quotes.

use std::iter::Peekable;
use std::str::Chars;

/// Iterates over the words of a text and counts lines.
#[derive(Debug)]
pub(super) struct Words<'a> {
    rest: Peekable<Chars<'a>>,
    /// The line of the next character.
    line: usize,
    /// The line of the last word.
    word_line: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: 1,
            word_line: 1,
        }
    }

    /// The line of the last word, counted from 1.
    pub(super) fn word_line(&self) -> usize {
        self.word_line
    }

    /// The next word, if a comment may precede it; `None` at the end.
    pub(super) fn keyword(&mut self) -> Result<Option<String>, String> {
        self.skip_space();
        while self.rest.peek() == Some(&'#') {
            while self.rest.peek().is_some_and(|c| *c != '\n') {
                self.next();
            }
            self.skip_space();
        }
        self.word()
    }

    /// The value of a keyword. A `#` does not begin a comment here: passwords may contain it.
    pub(super) fn value(&mut self, keyword: &str) -> Result<String, String> {
        self.skip_space();
        let word = self.word()?;
        word.ok_or_else(|| format!("`{keyword}` has no value"))
    }

    /// Skips an ftp macro, which ends at an empty line.
    pub(super) fn skip_macro(&mut self) {
        let mut last = ' ';
        while let Some(c) = self.next() {
            if (last, c) == ('\n', '\n') {
                break;
            }
            last = c;
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        self.line += usize::from(next == '\n');
        Some(next)
    }

    fn skip_space(&mut self) {
        while self.rest.peek().is_some_and(|c| c.is_whitespace()) {
            self.next();
        }
    }

    fn word(&mut self) -> Result<Option<String>, String> {
        let Some(first) = self.rest.peek().copied() else {
            return Ok(None);
        };
        self.word_line = self.line;
        if first == '"' {
            self.next();
            return self.quoted().map(Some);
        }
        let mut word = String::new();
        while self.rest.peek().is_some_and(|c| !c.is_whitespace()) {
            word.extend(self.next());
        }
        Ok(Some(word))
    }

    /// Reads until the closing quote. `\n`, `\r` and `\t` are escapes; a backslash before another character is removed.
    fn quoted(&mut self) -> Result<String, String> {
        let mut word = String::new();
        loop {
            let next = match self.next() {
                Some('"') => return Ok(word),
                Some('\\') => self.next().map(|c| match c {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                }),
                other => other,
            };
            word.push(next.ok_or("a quote is not closed")?);
        }
    }
}
