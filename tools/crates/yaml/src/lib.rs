//! A YAML reader whose messages have line and column. It limits the size to which aliases expand a text.

mod tree;

use std::collections::{BTreeSet, HashMap};

use saphyr_parser::{Event, Parser, Span};
use serde::de::DeserializeOwned;

pub use tree::{tree, Limits, Node, Problem, ScalarKind, Value};

/// The largest text in bytes: twice the size of a rules_distroless lock with 20,000 packages. Its parser events need
/// several times as much memory.
pub const MAX_TEXT: usize = 12 << 20;

/// The largest number of bytes and values that aliases may add. A manifest has hardly any aliases.
const MAX_EXPANDED: usize = 1 << 20;

/// The deepest nesting of lists and mappings. A manifest has four levels, a lock of rules_distroless has six.
const MAX_DEPTH: usize = 64;

/// Reads a document. A duplicate key is an error (YAML 1.2, section 3.2.1.3), and so is an unknown field if the type
/// denies them.
///
/// # Errors
///
/// Fails if the text is not valid YAML for the type, or exceeds a limit of size, depth or expansion. The error is the
/// end of a sentence, with line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("it has more than {MAX_TEXT} bytes"));
    }
    // A byte order mark is no part of the text (YAML 1.2, section 5.2), but the parser takes it for one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check(text)?;
    serde_norway::from_str(text).map_err(|error| error.to_string())
}

/// An open collection: a mapping with its keys so far, and whether a key comes next; or a sequence.
enum Kind {
    Mapping { keys: BTreeSet<String>, key: bool },
    Sequence,
}

struct Open {
    kind: Kind,
    /// The number of its anchor; 0 if it has no anchor.
    anchor: usize,
    /// The number of bytes and values in it so far, with aliases expanded.
    size: usize,
}

#[derive(Default)]
struct Check {
    open: Vec<Open>,
    /// Anchor → size of its value.
    anchors: HashMap<usize, usize>,
    /// The size that aliases have added.
    expanded: usize,
}

/// Searches for duplicate keys, and for aliases that expand too much.
fn check(text: &str) -> Result<(), String> {
    let mut check = Check::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => check.event(&event, span)?,
            // The messages of the reader are better, but its time grows with the square of the depth.
            Err(error) if deepest(text) > MAX_DEPTH => return Err(error.to_string()),
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// The largest number of brackets that are open at once, including those in strings and comments.
fn deepest(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

impl Check {
    fn event(&mut self, event: &Event<'_>, span: Span) -> Result<(), String> {
        match event {
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(ended) = self.open.pop() {
                    self.completed(ended.anchor, ended.size);
                }
            }
            Event::MappingStart(anchor, _) => {
                let (keys, key) = (BTreeSet::new(), true);
                self.begin(Kind::Mapping { keys, key }, *anchor, span)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(Kind::Sequence, *anchor, span)?,
            Event::Scalar(value, _, anchor, _) => {
                if let Some(Kind::Mapping { keys, key: true }) = self.innermost() {
                    if !keys.insert(value.to_string()) {
                        let value = value.escape_debug();
                        return Err(at(span, &format!("duplicate field `{value}`")));
                    }
                }
                self.completed(*anchor, 1 + value.len());
            }
            Event::Alias(anchor) => {
                let size = self.anchors.get(anchor).copied().unwrap_or_default();
                self.expanded = self.expanded.saturating_add(size);
                if self.expanded > MAX_EXPANDED {
                    let what = format!("its aliases expand to more than {MAX_EXPANDED} bytes");
                    return Err(at(span, &what));
                }
                self.completed(0, size);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, anchor: usize, span: Span) -> Result<(), String> {
        if self.open.len() == MAX_DEPTH {
            return Err(at(
                span,
                &format!("it is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let size = 1;
        self.open.push(Open { kind, anchor, size });
        Ok(())
    }

    fn innermost(&mut self) -> Option<&mut Kind> {
        self.open.last_mut().map(|open| &mut open.kind)
    }

    /// Handles the end of a value: in a mapping, keys and values alternate.
    fn completed(&mut self, anchor: usize, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, size);
        }
        if let Some(open) = self.open.last_mut() {
            open.size = open.size.saturating_add(size);
            if let Kind::Mapping { key, .. } = &mut open.kind {
                *key = !*key;
            }
        }
    }
}

fn at(span: Span, what: &str) -> String {
    let (line, column) = (span.start.line(), span.start.col() + 1);
    format!("{what} at line {line} column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        read::<serde_norway::Value>(text).unwrap_err()
    }

    #[test]
    fn duplicate_keys() {
        assert_eq!(
            error("a: 1\nb: {c: 1, d: [x, y], c: 2}\n"),
            "duplicate field `c` at line 2 column 22"
        );
        assert_eq!(
            error("list:\n  - a: 1\n    b: 2\n  - a: 1\n    a: 2\n"),
            "duplicate field `a` at line 5 column 5"
        );
        assert!(read::<serde_norway::Value>("a: {a: a}\nb: [a, a]\n").is_ok());
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        let with = read::<serde_norway::Value>("\u{feff}a: 1\n").unwrap();
        let without = read::<serde_norway::Value>("a: 1\n").unwrap();
        assert_eq!(with, without);
    }

    #[test]
    fn syntax() {
        assert!(
            error("a: [1\nb: 2\n").contains("line 2"),
            "{}",
            error("a: [1\nb: 2\n")
        );
    }

    #[test]
    fn aliases_are_limited() {
        let few = "a: &a [x, y]\nb: [*a, *a]\nc: &c {d: *a}\n";
        assert!(read::<serde_norway::Value>(few).is_ok());
        let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..10 {
            let again = format!("*a{}, ", level - 1).repeat(9);
            laughs.push_str(&format!("a{level}: &a{level} [{again}]\n"));
        }
        let expanded = "its aliases expand to more than 1048576 bytes at line ";
        assert!(error(&laughs).starts_with(expanded), "{}", error(&laughs));
        // A long text many times: few values, many bytes.
        let long = format!(
            "a: &a {}\nb: [{}]\n",
            "x".repeat(100_000),
            "*a, ".repeat(100_000)
        );
        assert!(error(&long).starts_with(expanded), "{}", error(&long));
    }

    #[test]
    fn nesting_and_size() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read::<serde_norway::Value>(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(
            error(&nested(MAX_DEPTH + 1)),
            "it is nested deeper than 64 levels at line 1 column 65"
        );
        for open in ["[", "{", "- ", "? ", "{a: "] {
            let text = open.repeat(100_000);
            assert!(error(&text).len() < 200, "{open}");
        }
        assert_eq!(
            error(&" ".repeat(MAX_TEXT + 1)),
            "it has more than 12582912 bytes"
        );
    }
}
