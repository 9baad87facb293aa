//! Parses an expression as Go's `regexp` does, whose syntax is that of RE2: <https://pkg.go.dev/regexp/syntax>.

use super::expression::Node;
use super::{MAX_CLASSES, TOO_LARGE};

/// Nesting depth of groups. Go allows a thousand. Real expressions need far fewer, and the crate `regex` compiles
/// groups recursively.
const MAX_DEPTH: usize = 100;

/// An error in Go's wording, with its place.
#[derive(Debug)]
pub(super) struct Wrong {
    cause: &'static str,
    text: String,
}

impl Wrong {
    pub(super) fn new(cause: &'static str, text: &str) -> Self {
        let text = text.to_owned();
        Self { cause, text }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.text.as_str() {
            "" => f.write_str(self.cause),
            text => write!(f, "{}: `{text}`", self.cause),
        }
    }
}

/// The flags of `(?…)`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    /// `i`: ignore case.
    pub(super) fold: bool,
    /// `m`: `^` and `$` match at each line.
    lines: bool,
    /// `s`: `.` matches a newline.
    dot_all: bool,
}

/// The remaining part of an expression.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    whole: &'a str,
    at: usize,
    depth: usize,
    classes: usize,
    pub(super) flags: Flags,
}

/// The start of a group.
enum Opening {
    Group,
    /// Flags for the rest of the current group, without a new group.
    Flags,
}

/// Parses a whole expression.
pub(super) fn parse(source: &str) -> Result<Node, Wrong> {
    let mut parser = Parser {
        whole: source,
        at: 0,
        depth: 0,
        classes: 0,
        flags: Flags::default(),
    };
    let node = parser.choice()?;
    match parser.rest() {
        "" => Ok(node),
        _ => Err(Wrong::new("unexpected )", source)),
    }
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.whole.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Counts a class that may have many ranges.
    pub(super) fn count_class(&mut self) -> Result<(), Wrong> {
        self.classes += 1;
        if self.classes > MAX_CLASSES {
            Err(Wrong::new(TOO_LARGE, ""))
        } else {
            Ok(())
        }
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.skip(next.len_utf8());
        Some(next)
    }

    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_there = self.rest().starts_with(wanted);
        if is_there {
            self.skip(wanted.len_utf8());
        }
        is_there
    }

    /// Sequences between `|`, up to a `)` or the end.
    fn choice(&mut self) -> Result<Node, Wrong> {
        let mut nodes = vec![self.sequence()?];
        while self.take('|') {
            nodes.push(self.sequence()?);
        }
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => Node::Choice(nodes),
        })
    }

    fn sequence(&mut self) -> Result<Node, Wrong> {
        let mut nodes = Vec::new();
        // The start of a repetition that ends here: another one may not follow.
        let mut repetition = None;
        while let Some(next) = self.rest().chars().next() {
            let start = self.at;
            let repeat = match next {
                '|' | ')' => break,
                '*' => Some((0, None, 1)),
                '+' => Some((1, None, 1)),
                '?' => Some((0, Some(1), 1)),
                '{' => self.counts()?,
                _ => None,
            };
            let Some((min, max, length)) = repeat else {
                repetition = None;
                self.item(next, &mut nodes)?;
                continue;
            };
            self.skip(length);
            // A lazy repetition matches the same texts.
            self.take('?');
            if let Some(first) = repetition {
                let text = &self.whole[first..self.at];
                return Err(Wrong::new("invalid nested repetition operator", text));
            }
            let text = &self.whole[start..self.at];
            let Some(node) = nodes.pop() else {
                return Err(Wrong::new("missing argument to repetition operator", text));
            };
            let node = Node::Repeat {
                node: Box::new(node),
                min,
                max,
            };
            if !node.is_valid_repeat() {
                return Err(Wrong::new("invalid repeat count", text));
            }
            nodes.push(node);
            repetition = Some(start);
        }
        Ok(Node::Sequence(nodes))
    }

    /// Parses an item without its repetition.
    fn item(&mut self, next: char, nodes: &mut Vec<Node>) -> Result<(), Wrong> {
        let piece = match next {
            '(' => {
                nodes.extend(self.group()?);
                return Ok(());
            }
            '[' => self.class()?,
            '\\' if self.rest().starts_with("\\Q") => {
                let quoted = &self.rest()[2..];
                let end = quoted.find("\\E");
                self.skip(2 + end.map_or(quoted.len(), |end| end + 2));
                let quoted = &quoted[..end.unwrap_or(quoted.len())];
                let piece = |character: char| Node::Piece(self.literal(character.into()));
                nodes.extend(quoted.chars().map(piece));
                return Ok(());
            }
            '\\' => match self.assertion() {
                Some(assertion) => assertion.to_owned(),
                None => self.escape()?,
            },
            '^' => self.one(if self.flags.lines { "(?m:^)" } else { "\\A" }),
            '$' => self.one(if self.flags.lines { "(?m:$)" } else { "\\z" }),
            '.' => self.one(if self.flags.dot_all {
                "(?s:.)"
            } else {
                "(?-s:.)"
            }),
            character => {
                self.skip(character.len_utf8());
                self.literal(character.into())
            }
        };
        nodes.push(Node::Piece(piece));
        Ok(())
    }

    fn one(&mut self, piece: &str) -> String {
        self.skip(1);
        piece.to_owned()
    }

    fn assertion(&mut self) -> Option<&'static str> {
        let assertion = match self.rest().chars().nth(1)? {
            'A' => "\\A",
            'z' => "\\z",
            'b' => "(?-u:\\b)",
            'B' => "(?-u:\\B)",
            _ => return None,
        };
        self.skip(2);
        Some(assertion)
    }

    /// `{2}`, `{2,}` or `{2,3}`, and its length; `None` if the brace is an ordinary character.
    #[allow(clippy::type_complexity)]
    fn counts(&self) -> Result<Option<(u32, Option<u32>, usize)>, Wrong> {
        let rest = self.rest();
        let Some(end) = rest.find('}') else {
            return Ok(None);
        };
        let text = &rest[..=end];
        let inner = &rest[1..end];
        let (min, max) = match inner.split_once(',') {
            Some((min, max)) => (min, Some(max)),
            None => (inner, None),
        };
        let is_number = |text: &str| {
            let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_digits && (text.len() == 1 || !text.starts_with('0'))
        };
        if !is_number(min) || max.is_some_and(|max| !max.is_empty() && !is_number(max)) {
            return Ok(None);
        }
        let wrong = || Wrong::new("invalid repeat count", text);
        let number = |text: &str| text.parse().ok().filter(|number| *number <= 1000);
        let low: u32 = number(min).ok_or_else(wrong)?;
        let high = match max {
            None => Some(low),
            Some("") => None,
            Some(max) => Some(number(max).ok_or_else(wrong)?),
        };
        match high {
            Some(high) if high < low => Err(wrong()),
            high => Ok(Some((low, high, text.len()))),
        }
    }

    /// The content of a group; `None` for flags without a group.
    fn group(&mut self) -> Result<Option<Node>, Wrong> {
        let outer = self.flags;
        if matches!(self.opening()?, Opening::Flags) {
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Wrong::new("expression nests too deeply", ""));
        }
        let node = self.choice()?;
        if !self.take(')') {
            return Err(Wrong::new("missing closing )", self.whole));
        }
        self.depth -= 1;
        self.flags = outer;
        Ok(Some(node))
    }

    fn opening(&mut self) -> Result<Opening, Wrong> {
        let start = self.rest();
        self.skip(1);
        if !start.starts_with("(?") {
            return Ok(Opening::Group);
        }
        let named = ["(?P<", "(?<"]
            .iter()
            .find(|named| start.starts_with(**named));
        if let Some(named) = named {
            return self.name(start, named.len());
        }
        self.skip(1);
        let mut flags = self.flags;
        let (mut value, mut is_complete, mut is_lazy) = (true, true, false);
        while let Some(next) = self.next() {
            let flag = match next {
                'i' => &mut flags.fold,
                'm' => &mut flags.lines,
                's' => &mut flags.dot_all,
                // Repetitions are lazy.
                'U' => &mut is_lazy,
                '-' if value => {
                    (value, is_complete) = (false, false);
                    continue;
                }
                ':' | ')' if is_complete => {
                    let opening = match next {
                        ')' => Opening::Flags,
                        _ => Opening::Group,
                    };
                    self.flags = flags;
                    return Ok(opening);
                }
                _ => break,
            };
            *flag = value;
            is_complete = true;
        }
        let length = start.len() - self.rest().len();
        let text = &start[..length];
        Err(Wrong::new("invalid or unsupported Perl syntax", text))
    }

    fn name(&mut self, start: &'a str, length: usize) -> Result<Opening, Wrong> {
        let wrong = |text| Err(Wrong::new("invalid named capture", text));
        let Some(end) = start.find('>') else {
            return wrong(start);
        };
        let name = &start[length..end];
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_word) {
            return wrong(&start[..=end]);
        }
        self.skip(end);
        Ok(Opening::Group)
    }
}
