//! The words of a netrc: separated by white space, in quotes or not.

use std::iter::Peekable;
use std::str::Chars;

/// Goes through a text word by word, and knows the line.
#[derive(Debug)]
pub(super) struct Words<'a> {
    rest: Peekable<Chars<'a>>,
    /// Of the next character.
    line: usize,
    /// Of the last word.
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

    /// The line, from 1, of the last word.
    pub(super) fn word_line(&self) -> usize {
        self.word_line
    }

    /// The next word where comments may stand; none at the end.
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

    /// What belongs to a keyword. A `#` is part of it: passwords have such.
    pub(super) fn value(&mut self, keyword: &str) -> Result<String, String> {
        self.skip_space();
        let word = self.word()?;
        word.ok_or_else(|| format!("`{keyword}` has no value"))
    }

    /// A macro for ftp ends at an empty line.
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

    /// To the closing quote; a backslash takes the next character as it is, but `\n`, `\r` and `\t`.
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
