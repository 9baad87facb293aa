//! YAML as a tree with the position of each value. JSON is a subset of YAML (YAML 1.2, section 1.3).

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

/// Memory of a value in addition to its text.
const NODE_WEIGHT: usize = 64;

/// The largest document that is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the text.
    pub text: usize,
    /// Nesting of lists and mappings. Deeper documents could exhaust the stack.
    pub depth: usize,
    /// Fields of a mapping: each name is compared with all others.
    pub fields: usize,
    /// Items of a list.
    pub items: usize,
    /// Bytes after the expansion of the aliases: a thousand aliases of a list of a thousand aliases are a short text.
    pub weight: usize,
    /// The first value of [`Node::budget`].
    pub budget: usize,
}

/// A value and its position, counted from 1. An alias has the position of its anchor.
#[derive(Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// A number that all values of the document share. The reader may count with it what the document may still use.
    pub budget: Rc<Cell<usize>>,
    /// The size of the value and of all values in it, with aliases expanded.
    weight: usize,
}

/// A value.
#[derive(Debug)]
pub enum Value {
    /// A text, number, boolean or null.
    Scalar {
        /// The text, with escapes resolved.
        text: String,
        /// Whether it has no quotes, so that it may be a number, a boolean or null.
        plain: bool,
    },
    /// A list.
    List(Vec<Rc<Node>>),
    /// A mapping. Keys are scalars, and each occurs once.
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

/// The kind of a scalar by the core schema (YAML 1.2, section 10.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarKind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A whole number, or any other number if it is `None`.
    Number(Option<i64>),
    /// Any other text, and every text in quotes.
    Text,
}

/// An error in a document, its position, and a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The end of a sentence.
    pub what: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// An imperative.
    pub hint: Option<String>,
}

impl Problem {
    /// An error of the document as a whole.
    pub fn document(what: impl fmt::Display) -> Self {
        let (what, place, hint) = (what.to_string(), None, None);
        Self { what, place, hint }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    fn at(mark: &Marker, what: impl fmt::Display) -> Self {
        let place = Some((mark.line(), mark.col() + 1));
        let (what, hint) = (what.to_string(), None);
        Self { what, place, hint }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{} at line {line} column {column}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl From<ScanError> for Problem {
    fn from(error: ScanError) -> Self {
        Self::at(error.marker(), error.info())
    }
}

impl Node {
    /// An error at this value.
    pub fn problem(&self, what: impl fmt::Display) -> Problem {
        let place = Some((self.line, self.column));
        let (what, hint) = (what.to_string(), None);
        Problem { what, place, hint }
    }

    /// ``expected WHAT, found …``.
    pub fn expected(&self, what: &str) -> Problem {
        self.problem(format_args!("expected {what}, found {}", self.found()))
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The kind of a scalar; `None` for lists and mappings.
    pub fn scalar(&self) -> Option<ScalarKind> {
        match &self.value {
            Value::Scalar { text, plain: true } => Some(plain_kind(text)),
            Value::Scalar { plain: false, .. } => Some(ScalarKind::Text),
            _ => None,
        }
    }

    /// Whether this is a null value.
    pub fn is_null(&self) -> bool {
        self.scalar() == Some(ScalarKind::Null)
    }

    /// The value for the end of a message: ``found …``.
    pub fn found(&self) -> String {
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

fn plain_kind(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarKind::Null,
        "true" | "True" | "TRUE" => return ScalarKind::Truth(true),
        "false" | "False" | "FALSE" => return ScalarKind::Truth(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return ScalarKind::Number(text.parse().ok());
    }
    let radix = |prefix, radix: u32| {
        let digits = text
            .strip_prefix(prefix)
            .filter(|digits| !digits.is_empty());
        digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_digit(radix)))
    };
    // Rust reads more words than YAML as numbers, such as `inf`.
    let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let special = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&digits);
    if radix("0o", 8) || radix("0x", 16) || special || (starts && digits.parse::<f64>().is_ok()) {
        return ScalarKind::Number(None);
    }
    ScalarKind::Text
}

/// A list or a mapping whose end was not read yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key of the next value.
    key: Option<Rc<Node>>,
}

/// Parses the only document of a text.
///
/// # Errors
///
/// The text is not valid YAML, has several documents or none, repeats a key, or exceeds a limit.
pub fn tree(text: &str, limits: &Limits) -> Result<Rc<Node>, Problem> {
    if text.len() > limits.text {
        return Err(Problem::document(format_args!(
            "it has more than {} bytes",
            limits.text
        )));
    }
    // A byte order mark is no part of the text (YAML 1.2, section 5.2), but the parser takes it for one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(limits);
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        builder.event(event, &span.start)?;
    }
    let root = builder.root;
    root.ok_or_else(|| Problem::document("it is empty"))
}

struct Builder<'a> {
    limits: &'a Limits,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    budget: Rc<Cell<usize>>,
    root: Option<Rc<Node>>,
}

impl<'a> Builder<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: Rc::new(Cell::new(limits.budget)),
            root: None,
        }
    }

    fn event(&mut self, event: Event<'_>, start: &Marker) -> Result<(), Problem> {
        let begun = |value, text: usize| Node {
            value,
            line: start.line(),
            column: start.col() + 1,
            budget: Rc::clone(&self.budget),
            weight: NODE_WEIGHT + text,
        };
        let (node, anchor) = match event {
            Event::SequenceStart(anchor, _) => {
                return self.begin(begun(Value::List(Vec::new()), 0), anchor);
            }
            Event::MappingStart(anchor, _) => {
                return self.begin(begun(Value::Map(Vec::new()), 0), anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(ended) => (Rc::new(ended.node), ended.anchor),
                None => return Ok(()),
            },
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let text = text.into_owned();
                let length = text.len();
                (
                    Rc::new(begun(Value::Scalar { text, plain }, length)),
                    anchor,
                )
            }
            // An anchor is defined when its value ends, so no value can contain itself.
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => (Rc::clone(node), 0),
                None => return Err(Problem::at(start, "an alias that contains itself")),
            },
            Event::DocumentStart(_) if self.root.is_some() => {
                let what = "expected one document, found a second one";
                return Err(Problem::at(start, what));
            }
            _ => return Ok(()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut() {
            Some(parent) => add(parent, node, self.limits),
            None => {
                self.root = Some(node);
                Ok(())
            }
        }
    }

    fn begin(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        let depth = self.limits.depth;
        if self.open.len() == depth {
            return Err(node.problem(format_args!("nested more than {depth} levels deep")));
        }
        let key = None;
        self.open.push(Open { node, anchor, key });
        Ok(())
    }
}

fn add(parent: &mut Open, child: Rc<Node>, limits: &Limits) -> Result<(), Problem> {
    parent.node.weight = parent.node.weight.saturating_add(child.weight);
    if parent.node.weight > limits.weight {
        let what = format_args!("with its aliases, it has more than {} bytes", limits.weight);
        return Err(parent.node.problem(what));
    }
    let (most_fields, most_items) = (limits.fields, limits.items);
    match (&mut parent.node.value, parent.key.take()) {
        (Value::List(list), _) if list.len() == most_items => {
            return Err(child.problem(format_args!("more than {most_items} items")));
        }
        (Value::List(list), _) => list.push(child),
        (Value::Map(map), Some(key)) => map.push((key, child)),
        (Value::Map(map), None) => {
            let Some(name) = child.text() else {
                return Err(child.expected("a field name"));
            };
            if map.len() == most_fields {
                return Err(child.problem(format_args!("more than {most_fields} fields")));
            }
            // YAML 1.2, section 3.2.1.3.
            if map.iter().any(|(key, _)| key.text() == Some(name)) {
                let name = message::shorten(name);
                return Err(child.problem(format_args!("duplicate field `{name}`")));
            }
            parent.key = Some(child);
        }
        (Value::Scalar { .. }, _) => {}
    }
    Ok(())
}
