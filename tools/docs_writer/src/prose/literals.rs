//! Finds the string literals of Rust, Starlark and Python.

use std::borrow::Cow;

use blob::{Result, ResultExt};
use regex::Regex;

use super::line::{Kind, Line};

/// Comments, literals of bytes and of characters, which are skipped, and string literals, whose content is captured.
const RUST: &str = r##"(?xs)
    //[^\n]* | /\*.*?\*/ | '(?:\\.[^']*|[^\\'])' | b"(?:\\.|[^"\\])*" | br\#*".*?"\#*
    | r"([^"]*)" | r\#"(.*?)"\# | r\#\#"(.*?)"\#\# | "((?:\\.|[^"\\])*)"
"##;

/// The first captured group is a docstring.
const STARLARK: &str = r##"(?xs)
    \#[^\n]* | """(.*?)""" | "((?:\\.|[^"\\\n])*)" | '((?:\\.|[^'\\\n])*)'
"##;

#[derive(Debug)]
pub(super) struct Literals {
    rust: Regex,
    starlark: Regex,
}

impl Literals {
    pub(super) fn new() -> Result<Self> {
        let compile = |expression| Regex::new(expression).cannot("read expression", expression);
        Ok(Self {
            rust: compile(RUST)?,
            starlark: compile(STARLARK)?,
        })
    }

    pub(super) fn of_rust<'a>(&self, text: &'a str) -> Vec<Line<'a>> {
        let messages =
            literals(&self.rust, text).map(|(_, number, literal)| message(number, literal));
        messages.flatten().collect()
    }

    pub(super) fn of_starlark<'a>(&self, text: &'a str) -> Vec<Line<'a>> {
        let lines = literals(&self.starlark, text).flat_map(|(group, number, literal)| {
            if group == 1 {
                docstring(number, literal)
            } else {
                message(number, literal).into_iter().collect()
            }
        });
        lines.collect()
    }
}

/// The captured group, first line and content of each literal.
fn literals<'a>(regex: &Regex, text: &'a str) -> impl Iterator<Item = (usize, usize, &'a str)> {
    let (mut number, mut counted) = (1, 0);
    let found: Vec<_> = regex
        .captures_iter(text)
        .filter_map(|captures| {
            let (group, literal) =
                (1..captures.len()).find_map(|group| Some((group, captures.get(group)?)))?;
            number += text[counted..literal.start()].matches('\n').count();
            counted = literal.start();
            Some((group, number, &text[literal.range()]))
        })
        .collect();
    found.into_iter()
}

/// A literal of at least two words, in one line.
fn message(number: usize, literal: &str) -> Option<Line<'_>> {
    let prose = if literal.contains('\n') || literal.contains('\\') {
        let joined = literal.replace("\\\n", "").replace("\\n", " ");
        Cow::Owned(joined.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(literal.trim())
    };
    prose.contains(' ').then_some(Line {
        kind: Kind::Messages,
        number,
        prose,
    })
}

fn docstring(first: usize, literal: &str) -> Vec<Line<'_>> {
    let lines = (first..).zip(literal.lines().map(str::trim));
    let lines = lines.filter(|(_, prose)| !prose.is_empty());
    let lines = lines.map(|(number, prose)| Line {
        kind: Kind::Comments,
        number,
        prose: Cow::Borrowed(prose),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line<'_>]) -> Vec<String> {
        let texts = lines
            .iter()
            .map(|line| format!("{} {}", line.number, line.prose));
        texts.collect()
    }

    #[test]
    fn literals_of_rust() {
        let text = r###"
            // "a comment" 
            let quote = '"'; fn f<'a>(_: &'a str) {} "after a \"quoted\" lifetime" b"bytes are skipped" "word"
            r"a raw one" r#"a "raw" one"# "two \
              lines"
        "###;
        assert_eq!(
            texts(&Literals::new().unwrap().of_rust(text)),
            [
                r#"3 after a \"quoted\" lifetime"#,
                "4 a raw one",
                r#"4 a "raw" one"#,
                "4 two lines"
            ]
        );
    }

    #[test]
    fn literals_of_starlark() {
        let text = "\"\"\"The module.\n\nMore text.\n\"\"\"\n# \"a comment\"\nfail(\"not a file\", 'or a word')\n";
        assert_eq!(
            texts(&Literals::new().unwrap().of_starlark(text)),
            [
                "1 The module.",
                "3 More text.",
                "6 not a file",
                "6 or a word"
            ]
        );
    }
}
