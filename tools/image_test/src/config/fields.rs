//! Fields of a mapping by name and type.

use std::rc::Rc;

use super::pattern::Pattern;
use super::tree::{Node, Value, Wrong};

pub(super) type Result<T> = std::result::Result<T, Wrong>;

/// How field names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// As in YAML.
    Exact,
    /// As Go reads JSON.
    Any,
}

/// A mapping of which every field is known.
pub(super) struct Fields<'a> {
    node: &'a Node,
    fields: Vec<(&'static str, &'a Node)>,
    case: Case,
}

impl<'a> Fields<'a> {
    /// `what` it should be, for messages; `known` are the names that it may have.
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

    /// Where the mapping stands.
    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    /// How names are compared in what lies in it.
    pub(super) fn case(&self) -> Case {
        self.case
    }

    /// A field, where there is one that is not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Node> {
        let field = self.fields.iter().find(|(field, _)| *field == name);
        field.map(|(_, node)| *node).filter(|node| !node.is_null())
    }

    /// A text; none where it is missing or empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        let text = self.get(name).map(text).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<String> {
        match self.text(name)? {
            Some(text) => Ok(text),
            None => Err(self.missing(name)),
        }
    }

    /// A field that must be there is not, or is empty.
    pub(super) fn missing(&self, name: &str) -> Wrong {
        let node = self.get(name).unwrap_or(self.node);
        node.wrong(format_args!("expected a `{name}`"))
    }

    /// What a list has; nothing where it is missing.
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

    /// A truth, as YAML 1.1 spells them too, because container-structure-test takes these.
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

    /// A whole number.
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
        // What stands here goes before what is merged in, and the first of several merged ones before the next.
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

fn unknown(key: &Node, name: &str, known: &[&str]) -> Wrong {
    let wrong = key.wrong(format_args!("unknown field `{}`", message::shorten(name)));
    let near = nearest(name, known);
    match near {
        Some(near) => wrong.hint(format_args!("did you mean `{near}`?")),
        None => wrong.hint(format_args!("the fields here are {}", known.join(", "))),
    }
}

/// The name most like a word, whatever its case.
pub(super) fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let same = names.iter().find(|name| name.eq_ignore_ascii_case(word));
    let near = || {
        message::nearest(word, names.iter().copied())
            .first()
            .copied()
    };
    same.copied().or_else(near)
}

/// A text. Numbers and truths are texts as they are spelt.
pub(super) fn text(node: &Node) -> Result<String> {
    match node.text() {
        Some(text) => Ok(text.to_owned()),
        None => Err(node.expected("a text")),
    }
}

/// A text that is not empty.
pub(super) fn word(node: &Node) -> Result<String> {
    match text(node)? {
        text if text.is_empty() => Err(node.wrong("expected a text, found an empty one")),
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

/// A regular expression, as far as those of the file before it leave room.
pub(super) fn pattern(node: &Node) -> Result<Pattern> {
    let source = text(node)?;
    let left = node.left_for_patterns.get();
    let pattern = Pattern::within(&source, left).map_err(|cause| {
        let source = message::shorten(&source);
        node.wrong(format_args!(
            "cannot use the regular expression `{source}`: {cause}"
        ))
    })?;
    node.left_for_patterns
        .set(left.saturating_sub(pattern.size()));
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
    // YAML 1.1's ways to write one; 010 is eight.
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
