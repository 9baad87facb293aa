use crate::exceptions;

/// The first line of a `License` field, by the [grammar of the format]: `and` comes before `or`, and a comma before an
/// operator comes after both.
///
/// [grammar of the format]: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-syntax
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Synopsis {
    Licence(Name),
    /// All apply.
    All(Vec<Synopsis>),
    /// One is chosen.
    Any(Vec<Synopsis>),
}

/// A short name with an exception: `GPL-2+ with Libtool exception`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The short name.
    pub(crate) licence: String,
    /// The words between `with` and `exception`.
    pub(crate) exception: Option<String>,
}

impl Name {
    /// The name as the synopsis has it, with single blanks.
    pub(crate) fn written(&self) -> String {
        match &self.exception {
            Some(exception) => format!("{} with {exception} exception", self.licence),
            None => self.licence.clone(),
        }
    }
}

/// An operator between two licences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
}

/// Reads a synopsis. `None` if it does not follow the grammar: a name must be one word, and the grammar has neither
/// parentheses nor `and/or`.
pub(crate) fn parse(text: &str) -> Option<Synopsis> {
    let mut words = Words::of(text);
    let parsed = chain(&mut words, true, |words| {
        chain(words, false, |words| name(words).map(Synopsis::Licence))
    })?;
    words.next.is_none().then_some(parsed)
}

/// Operands with operators between them. `comma`: whether the operators come after a comma.
fn chain(
    words: &mut Words<'_>,
    comma: bool,
    mut operand: impl FnMut(&mut Words<'_>) -> Option<Synopsis>,
) -> Option<Synopsis> {
    let mut choices = vec![vec![operand(words)?]];
    while let Some(operator) = words.operator(comma) {
        let operand = operand(words)?;
        match choices.last_mut() {
            Some(last) if operator == Operator::And => last.push(operand),
            _ => choices.push(vec![operand]),
        }
    }
    let choices = choices.into_iter();
    Some(one_or(
        choices.map(|all| one_or(all, Synopsis::All)).collect(),
        Synopsis::Any,
    ))
}

fn one_or(mut operands: Vec<Synopsis>, several: fn(Vec<Synopsis>) -> Synopsis) -> Synopsis {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        last => {
            operands.extend(last);
            several(operands)
        }
    }
}

fn name(words: &mut Words<'_>) -> Option<Name> {
    let licence = words.next.filter(|word| is_name(word))?.to_owned();
    words.advance();
    let exception = match words.next {
        Some(word) if word.eq_ignore_ascii_case("with") => {
            words.advance();
            Some(exception(words)?)
        }
        _ => None,
    };
    Some(Name { licence, exception })
}

/// The words up to `exception`, or an identifier of SPDX's list.
fn exception(words: &mut Words<'_>) -> Option<String> {
    let mut found = Vec::new();
    loop {
        let word = words.next.filter(|word| *word != ",")?;
        words.advance();
        let is_end = |word: &str| {
            word.eq_ignore_ascii_case("exception") || word.eq_ignore_ascii_case("exceptions")
        };
        if is_end(word) {
            return (!found.is_empty()).then(|| found.join(" "));
        }
        if !is_name(word) {
            return None;
        }
        found.push(word);
        if found.len() == 1 && exceptions::listed(word).is_some() {
            if words.next.is_some_and(is_end) {
                words.advance();
            }
            return Some(word.to_owned());
        }
    }
}

fn operator(word: &str) -> Option<Operator> {
    if word.eq_ignore_ascii_case("and") {
        Some(Operator::And)
    } else if word.eq_ignore_ascii_case("or") {
        Some(Operator::Or)
    } else {
        None
    }
}

fn is_name(word: &str) -> bool {
    let reserved = ["with", "and/or", "exception", "exceptions"];
    operator(word).is_none()
        && !reserved.iter().any(|each| word.eq_ignore_ascii_case(each))
        && word.contains(char::is_alphanumeric)
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || "+-._~/".contains(c))
}

/// The words of a text; a comma at the end of a word is a word.
struct Words<'a> {
    next: Option<&'a str>,
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let mut words = Self {
            next: None,
            rest: text,
        };
        words.advance();
        words
    }

    fn advance(&mut self) {
        let rest = self.rest.trim_start();
        let end = match rest.find(|c: char| c == ',' || c.is_whitespace()) {
            Some(0) => 1,
            Some(end) => end,
            None => rest.len(),
        };
        self.next = Some(&rest[..end]).filter(|word| !word.is_empty());
        self.rest = &rest[end..];
    }

    /// Takes an operator, with the comma before it if `comma`.
    fn operator(&mut self, comma: bool) -> Option<Operator> {
        if !comma {
            let found = self.next.and_then(operator)?;
            self.advance();
            return Some(found);
        }
        if self.next != Some(",") {
            return None;
        }
        let after = Self::of(self.rest);
        let found = after.next.and_then(operator)?;
        self.rest = after.rest;
        self.advance();
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(synopsis: &Synopsis) -> String {
        let list = |operands: &[Synopsis], operator: &str| {
            let operands: Vec<_> = operands.iter().map(shown).collect();
            format!("({})", operands.join(operator))
        };
        match synopsis {
            Synopsis::Licence(name) => name.written(),
            Synopsis::All(operands) => list(operands, " & "),
            Synopsis::Any(operands) => list(operands, " | "),
        }
    }

    #[test]
    fn grammar() {
        for (text, expected) in [
            ("GPL-2+", "GPL-2+"),
            ("A or B", "(A | B)"),
            ("A and B or C and D", "((A & B) | (C & D))"),
            ("A or B and C", "(A | (B & C))"),
            ("A or B, and C", "((A | B) & C)"),
            ("A, or B and C", "(A | (B & C))"),
            ("A or B , and C, or D", "(((A | B) & C) | D)"),
            ("A OR B AND C", "(A | (B & C))"),
            (
                "GPL-2+ with Libtool exception",
                "GPL-2+ with Libtool exception",
            ),
            ("A with X  Y exception and B", "(A with X Y exception & B)"),
            (
                "A WITH LLVM-exception or B",
                "(A with LLVM-exception exception | B)",
            ),
            (
                "GPL-2 with Linux-syscall-note exception or MIT",
                "(GPL-2 with Linux-syscall-note exception | MIT)",
            ),
            ("MIT/X11", "MIT/X11"),
            ("BSD-3-clause~Viagénie", "BSD-3-clause~Viagénie"),
        ] {
            assert_eq!(parse(text).as_ref().map(shown).as_deref(), Some(expected));
        }
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            "and",
            "A or",
            "A B",
            "A, B and C",
            "A,",
            "A and/or B",
            "A | B",
            "(A)",
            "A (only one file)",
            "A with",
            "A with exception",
            "A with B",
            "A with B, exception",
            "+",
            "Permission to use, copy and modify",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
