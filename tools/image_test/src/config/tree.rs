//! YAML as a tree with the position of each value. JSON is a subset of YAML (YAML 1.2, section 1.3).

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::pattern::MAX_COMPILED;

/// Nesting depth. No test file needs more, and deeper files could exhaust the stack.
const DEPTH: usize = 32;

/// Fields of a mapping. No test file needs more, and each name is compared with all others.
const MAX_FIELDS: usize = 1_000;

/// Size of a file in bytes after the expansion of its aliases: a thousand aliases of a list of a thousand aliases are a
/// short text. The limit is a hundred times the size of the largest known test file.
const MAX_WEIGHT: usize = 16 << 20;

/// Memory of a value in addition to its text.
const NODE_WEIGHT: usize = 64;

/// A value and its position, counted from 1. An alias has the position of its anchor.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The size of the value and of all values in it, with aliases expanded.
    weight: usize,
    /// Bytes that are left for further regular expressions of the file.
    pub(super) left_for_patterns: Rc<Cell<usize>>,
}

#[derive(Debug)]
pub(super) enum Value {
    /// `plain`: without quotes, so that it may be a number, a boolean or null.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Rc<Node>>),
    /// Keys are unique scalars.
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

/// An error in a file, its position, and a hint.
#[derive(Debug)]
pub(super) struct Wrong {
    what: String,
    place: Option<(usize, usize)>,
    pub(super) hint: Option<String>,
}

impl Wrong {
    /// An error of the file as a whole.
    pub(super) fn file(what: impl fmt::Display) -> Self {
        let (what, place, hint) = (what.to_string(), None, None);
        Self { what, place, hint }
    }

    pub(super) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    fn at(mark: &Marker, what: impl fmt::Display) -> Self {
        let place = Some((mark.line(), mark.col() + 1));
        let what = what.to_string();
        Self {
            what,
            place,
            hint: None,
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{} at line {line} column {column}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl From<ScanError> for Wrong {
    fn from(error: ScanError) -> Self {
        Self::at(error.marker(), error.info())
    }
}

impl Node {
    /// An error at this value.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> Wrong {
        Wrong {
            what: what.to_string(),
            place: Some((self.line, self.column)),
            hint: None,
        }
    }

    /// ``expected WHAT, found …``.
    pub(super) fn expected(&self, what: &str) -> Wrong {
        self.wrong(format_args!("expected {what}, found {}", self.found()))
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether this is a null value of YAML (YAML 1.2, section 10.2.1.1).
    pub(super) fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar { text, plain: true } => {
                matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    fn found(&self) -> String {
        match &self.value {
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
            Value::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            Value::Scalar { text, plain: true } => format!("`{}`", message::shorten(text)),
            Value::Scalar { text, plain: false } => {
                format!("the string `{}`", message::shorten(text))
            }
        }
    }
}

/// A list or a mapping whose end was not read yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key of the next value.
    key: Option<Rc<Node>>,
}

/// Parses the only document of a file.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Wrong> {
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Rc<Node>> = HashMap::new();
    let mut root = None;
    let left_for_patterns = Rc::new(Cell::new(MAX_COMPILED));
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        let start = span.start;
        let begun = |value| Node {
            value,
            line: start.line(),
            column: start.col() + 1,
            weight: NODE_WEIGHT,
            left_for_patterns: Rc::clone(&left_for_patterns),
        };
        let (node, anchor) = match event {
            Event::SequenceStart(anchor, _) => {
                begin(&mut open, begun(Value::List(Vec::new())), anchor)?;
                continue;
            }
            Event::MappingStart(anchor, _) => {
                begin(&mut open, begun(Value::Map(Vec::new())), anchor)?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(ended) => (Rc::new(ended.node), ended.anchor),
                None => continue,
            },
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let text = text.into_owned();
                let weight = NODE_WEIGHT + text.len();
                let scalar = begun(Value::Scalar { text, plain });
                (Rc::new(Node { weight, ..scalar }), anchor)
            }
            // An anchor is defined when its value ends, so no value can contain itself.
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(node) => (Rc::clone(node), 0),
                None => return Err(Wrong::at(&start, "an alias that contains itself")),
            },
            Event::DocumentStart(_) if root.is_some() => {
                return Err(Wrong::at(
                    &start,
                    "expected one document, found a second one",
                ));
            }
            _ => continue,
        };
        if anchor != 0 {
            anchors.insert(anchor, Rc::clone(&node));
        }
        match open.last_mut() {
            Some(parent) => add(parent, node)?,
            None => root = Some(node),
        }
    }
    root.ok_or_else(|| Wrong::file("it is empty"))
}

fn begin(open: &mut Vec<Open>, node: Node, anchor: usize) -> Result<(), Wrong> {
    if open.len() == DEPTH {
        return Err(node.wrong(format_args!("nested more than {DEPTH} levels deep")));
    }
    let key = None;
    open.push(Open { node, anchor, key });
    Ok(())
}

fn add(parent: &mut Open, child: Rc<Node>) -> Result<(), Wrong> {
    parent.node.weight = parent.node.weight.saturating_add(child.weight);
    if parent.node.weight > MAX_WEIGHT {
        let what = format_args!("with its aliases, it has more than {MAX_WEIGHT} bytes");
        return Err(parent.node.wrong(what));
    }
    match (&mut parent.node.value, parent.key.take()) {
        (Value::List(list), _) => list.push(child),
        (Value::Map(map), Some(key)) => map.push((key, child)),
        (Value::Map(map), None) => {
            let Some(name) = child.text() else {
                return Err(child.expected("a field name"));
            };
            if map.len() == MAX_FIELDS {
                return Err(child.wrong(format_args!("more than {MAX_FIELDS} fields")));
            }
            // YAML 1.2, section 3.2.1.3.
            if map.iter().any(|(key, _)| key.text() == Some(name)) {
                let name = message::shorten(name);
                return Err(child.wrong(format_args!("duplicate field `{name}`")));
            }
            parent.key = Some(child);
        }
        (Value::Scalar { .. }, _) => {}
    }
    Ok(())
}
