//! Reads the fields of a mapping, with checks of their names and types.

use std::rc::Rc;

use super::pattern::Pattern;
use super::tree::{Node, Problem, Value};

pub(super) type Result<T> = std::result::Result<T, Problem>;

/// How field names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Exactly, as in YAML.
    Exact,
    /// In any case, as Go reads JSON.
    Any,
}

/// A mapping with known fields only.
pub(super) struct Fields<'a> {
    node: &'a Node,
    fields: Vec<(&'static str, &'a Node)>,
    case: Case,
}

impl<'a> Fields<'a> {
    /// `what` is the expected object, for messages; `known` are the allowed field names.
    pub(super) fn of(
        node: &'a Node,
        what: &str,
        known: &'static [&'static str],
        case: Case,
    ) -> Result<Self> {
        let Value::Map(map) = &node.value else {
            return Err(node.expected(what));
        };
        let mut fields = Vec::new();
        collect(map, known, case, &mut fields)?;
        Ok(Self { node, fields, case })
    }

    /// The node of the mapping.
    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    /// How names in nested mappings are compared.
    pub(super) fn case(&self) -> Case {
        self.case
    }

    /// A field that exists and is not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Node> {
        let field = self.fields.iter().find(|(field, _)| *field == name);
        field.map(|(_, node)| *node).filter(|node| !node.is_null())
    }

    /// A text; `None` if it is missing or empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        let text = self.get(name).map(text).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A required text.
    pub(super) fn required(&self, name: &str) -> Result<String> {
        match self.text(name)? {
            Some(text) => Ok(text),
            None => Err(self.missing(name)),
        }
    }

    /// The error for a required field that is missing or empty.
    pub(super) fn missing(&self, name: &str) -> Problem {
        let node = self.get(name).unwrap_or(self.node);
        node.problem(format_args!("expected a `{name}`"))
    }

    /// The items of a list; empty if it is missing.
    pub(super) fn list<T>(
        &self,
        name: &str,
        read: impl Fn(&'a Node) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self.get(name) {
            Some(node) => list(node, read),
            None => Ok(Vec::new()),
        }
    }

    /// A boolean, including the spellings of YAML 1.1, which container-structure-test accepts.
    pub(super) fn truth(&self, name: &str) -> Result<Option<bool>> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        if let Value::Scalar { text, plain: true } = &node.value {
            match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "y" => return Ok(Some(true)),
                "false" | "no" | "off" | "n" => return Ok(Some(false)),
                _ => {}
            }
        }
        Err(node.expected("true or false"))
    }

    /// An integer.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>> {
        self.get(name).map(number).transpose()
    }
}

fn collect<'a>(
    map: &'a [(Rc<Node>, Rc<Node>)],
    known: &'static [&'static str],
    case: Case,
    fields: &mut Vec<(&'static str, &'a Node)>,
) -> Result<()> {
    let mut merged = Vec::new();
    for (key, value) in map {
        let name = key.text().unwrap_or_default();
        if name == "<<" {
            merged.push(value);
            continue;
        }
        let same = |field: &&&str| match case {
            Case::Exact => **field == name,
            Case::Any => field.eq_ignore_ascii_case(name),
        };
        let Some(field) = known.iter().find(same) else {
            return Err(unknown(key, name, known));
        };
        // Fields of the mapping override merged ones, and earlier merged mappings override later ones.
        if !fields.iter().any(|(other, _)| other == field) {
            fields.push((field, value));
        }
    }
    for value in merged {
        match &value.value {
            Value::Map(map) => collect(map, known, case, fields)?,
            Value::List(list) => {
                for item in list {
                    match &item.value {
                        Value::Map(map) => collect(map, known, case, fields)?,
                        _ => return Err(item.expected("a mapping to merge")),
                    }
                }
            }
            Value::Scalar { .. } => return Err(value.expected("a mapping to merge")),
        }
    }
    Ok(())
}

fn unknown(key: &Node, name: &str, known: &[&str]) -> Problem {
    let wrong = key.problem(format_args!("unknown field `{}`", message::shorten(name)));
    let near = nearest(name, known);
    match near {
        Some(near) => wrong.hint(format_args!("did you mean `{near}`?")),
        None => wrong.hint(format_args!("expected one of {}", known.join(", "))),
    }
}

/// The most similar name, ignoring case.
pub(super) fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let same = names.iter().find(|name| name.eq_ignore_ascii_case(word));
    let near = || {
        message::nearest(word, names.iter().copied())
            .first()
            .copied()
    };
    same.copied().or_else(near)
}

/// A text. Numbers and booleans are texts as written.
pub(super) fn text(node: &Node) -> Result<String> {
    match node.text() {
        Some(text) => Ok(text.to_owned()),
        None => Err(node.expected("a string")),
    }
}

/// A text that is not empty.
pub(super) fn word(node: &Node) -> Result<String> {
    match text(node)? {
        text if text.is_empty() => Err(node.problem("expected a string, found an empty one")),
        text => Ok(text),
    }
}

/// A list.
pub(super) fn list<'a, T>(node: &'a Node, read: impl Fn(&'a Node) -> Result<T>) -> Result<Vec<T>> {
    match &node.value {
        Value::List(list) => list.iter().map(|item| read(item)).collect(),
        _ => Err(node.expected("a list")),
    }
}

/// A regular expression. It may use the memory that earlier expressions of the file have left.
pub(super) fn pattern(node: &Node) -> Result<Pattern> {
    let source = text(node)?;
    let left = node.budget.get();
    let pattern = Pattern::within(&source, left).map_err(|cause| {
        let source = message::shorten(&source);
        node.problem(format_args!(
            "cannot use the regular expression `{source}`: {cause}"
        ))
    })?;
    node.budget.set(left.saturating_sub(pattern.size()));
    Ok(pattern)
}

fn number(node: &Node) -> Result<i64> {
    let Value::Scalar { text, plain: true } = &node.value else {
        return Err(node.expected("a whole number"));
    };
    let digits = text.replace('_', "");
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    // The integer formats of YAML 1.1; 010 is eight.
    let lower = digits.to_ascii_lowercase();
    let parsed = match lower.as_bytes() {
        [b'0', b'x', ..] => i64::from_str_radix(&lower[2..], 16),
        [b'0', b'b', ..] => i64::from_str_radix(&lower[2..], 2),
        [b'0', b'o', ..] => i64::from_str_radix(&lower[2..], 8),
        [b'0', _, ..] => i64::from_str_radix(&lower[1..], 8),
        _ => lower.parse(),
    };
    match parsed {
        Ok(number) if number >= 0 => Ok(sign * number),
        _ => Err(node.expected("a whole number")),
    }
}
