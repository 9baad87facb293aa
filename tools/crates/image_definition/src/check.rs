//! Compares a document with the description of the fields, and collects all problems.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{LazyLock, Mutex, PoisonError};

use arch::Architecture;
use message::{nearest, shorten};
use regex::Regex;
use yaml::{Node, ScalarKind, Value};

use crate::description::{architectures, Field, Form, Kind, Object, BASE, REFERENCE};

/// Problems of a document: a message with the path of the field and the position.
#[derive(Default)]
pub(crate) struct Problems(Vec<(usize, usize, String)>);

impl Problems {
    /// Adds a problem of a value.
    pub(crate) fn add(&mut self, node: &Node, path: &str, what: impl std::fmt::Display) {
        let place = if path.is_empty() {
            String::new()
        } else {
            format!("`{path}`: ")
        };
        let problem = node.problem(format_args!("{place}{what}"));
        self.0.push((node.line, node.column, problem.to_string()));
    }

    /// The messages in the order of the document.
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.0.sort();
        self.0.dedup();
        self.0.into_iter().map(|(_, _, message)| message).collect()
    }
}

/// Checks a value.
pub(crate) fn check(node: &Node, kind: &Kind, path: &str, problems: &mut Problems) {
    match (kind, &node.value) {
        (Kind::Object(object), Value::Map(fields)) => {
            object_of(node, fields, object, path, problems);
        }
        (Kind::OneOf(objects), Value::Map(fields)) => {
            let has = |object: &&&Object| object.markers.iter().any(|name| find(fields, name));
            match objects.iter().find(has) {
                Some(object) => object_of(node, fields, object, path, problems),
                None => no_kind(node, fields, kind, objects, path, problems),
            }
        }
        (Kind::Map { key, value, least }, Value::Map(fields)) => {
            number(node, fields.len(), *least, "field", path, problems);
            for (name, field) in fields {
                let text = name.text().unwrap_or_default();
                if !fits(key, text) {
                    let what = format!("expected {}, found `{}`", key.expected, shorten(text));
                    problems.add(name, path, what);
                }
                check(field, value, &format!("{path}.{}", shorten(text)), problems);
            }
        }
        (
            Kind::List {
                item,
                least,
                unique,
            },
            Value::List(items),
        ) => {
            number(node, items.len(), *least, "item", path, problems);
            for (number, value) in items.iter().enumerate() {
                check(value, item, &format!("{path}[{number}]"), problems);
            }
            if *unique {
                repeated(items, path, problems);
            }
        }
        (_, Value::Scalar { .. }) if accepts(kind, node) => {}
        _ => {
            let what = format!("expected {}, found {}", kind.expected(), found(kind, node));
            problems.add(node, path, what + &correction(kind, node));
        }
    }
}

fn number(
    node: &Node,
    found: usize,
    least: usize,
    noun: &str,
    path: &str,
    problems: &mut Problems,
) {
    if found < least {
        let what = format!("expected at least {least} {noun}, found {found}");
        problems.add(node, path, what);
    }
}

fn repeated(items: &[Rc<Node>], path: &str, problems: &mut Problems) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for item in items {
        let Some(text) = item.text() else { continue };
        match first.get(text) {
            Some(line) => {
                let what = format!("`{}` occurs twice, first at line {line}", shorten(text));
                problems.add(item, path, what);
            }
            None => {
                first.insert(text, item.line);
            }
        }
    }
}

fn object_of(
    node: &Node,
    fields: &[(Rc<Node>, Rc<Node>)],
    object: &Object,
    path: &str,
    problems: &mut Problems,
) {
    for (key, value) in fields {
        let name = key.text().unwrap_or_default();
        match object.fields.iter().find(|field| field.name == name) {
            Some(field) => check(value, &field.kind, &below(path, name), problems),
            None => unknown(key, name, object, path, problems),
        }
    }
    for field in missing(fields, object) {
        problems.add(
            node,
            path,
            format!("expected a field `{}` of {}", field.name, object.name),
        );
    }
    let markers = object.markers.iter().filter(|name| find(fields, name));
    let found: Vec<String> = markers.map(|name| format!("`{name}`")).collect();
    let expected = || {
        object
            .markers
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
    };
    if found.is_empty() && !object.markers.is_empty() {
        let expected = expected().join(", ");
        problems.add(
            node,
            path,
            format!("expected one of {expected} in {}", object.name),
        );
    } else if object.exclusive && found.len() > 1 {
        let (expected, found) = (expected().join(", "), found.join(" and "));
        problems.add(
            node,
            path,
            format!("expected only one of {expected}, found {found}"),
        );
    }
}

fn missing<'a>(
    fields: &'a [(Rc<Node>, Rc<Node>)],
    object: &'a Object,
) -> impl Iterator<Item = &'a Field> {
    let required = object.fields.iter().filter(|field| field.required);
    required.filter(move |field| !find(fields, field.name))
}

fn unknown(key: &Node, name: &str, object: &Object, path: &str, problems: &mut Problems) {
    let names = || object.fields.iter().map(|field| field.name);
    let near = nearest(name, names());
    let known = if near.is_empty() {
        format!("expected one of {}", listed(names()))
    } else {
        format!("similar names: {}", listed(near.into_iter()))
    };
    let what = format!(
        "unknown field `{}` of {}; {known}",
        shorten(name),
        object.name
    );
    problems.add(key, path, what);
}

/// A mapping of no known kind: its first field may be misspelled.
fn no_kind(
    node: &Node,
    fields: &[(Rc<Node>, Rc<Node>)],
    kind: &Kind,
    objects: &[&Object],
    path: &str,
    problems: &mut Problems,
) {
    let markers = || objects.iter().flat_map(|object| object.markers).copied();
    for (key, _) in fields {
        let name = key.text().unwrap_or_default();
        let near = nearest(name, markers());
        if !near.is_empty() {
            let near = listed(near.into_iter());
            let what = format!("unknown field `{}`; similar names: {near}", shorten(name));
            return problems.add(key, path, what);
        }
    }
    problems.add(node, path, format!("expected {}", kind.expected()));
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn find(fields: &[(Rc<Node>, Rc<Node>)], name: &str) -> bool {
    fields.iter().any(|(key, _)| key.text() == Some(name))
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn accepts(kind: &Kind, node: &Node) -> bool {
    let text = node.text().unwrap_or_default();
    let between = |number: i64, least: u64, most: u64| {
        u64::try_from(number).is_ok_and(|number| (least..=most).contains(&number))
    };
    match (kind, node.scalar()) {
        (Kind::Text(form) | Kind::TextOrNumber(form, _), Some(ScalarKind::Text)) => {
            fits(form, text)
        }
        (Kind::TextOrNumber(_, most), Some(ScalarKind::Number(Some(number)))) => {
            between(number, 0, *most)
        }
        (Kind::Number(least, most), Some(ScalarKind::Number(Some(number)))) => {
            between(number, *least, *most)
        }
        (Kind::Truth, Some(ScalarKind::Truth(_))) => true,
        (Kind::Choice(values), Some(ScalarKind::Text)) => values.contains(&text),
        (Kind::Architecture, Some(ScalarKind::Text)) => architectures().contains(&text),
        _ => false,
    }
}

/// What to do about a value that is not accepted: put a text in quotes that YAML reads as a number, such as a mode; use
/// the OCI name of an architecture. Empty for others.
fn correction(kind: &Kind, node: &Node) -> String {
    let text = node.text().unwrap_or_default();
    let is_other = node.scalar().is_some_and(|kind| {
        matches!(
            kind,
            ScalarKind::Number(_) | ScalarKind::Truth(_) | ScalarKind::Null
        )
    });
    match kind {
        Kind::Text(form) if is_other && fits(form, text) => {
            ", which is not a text; put it in quotes".to_owned()
        }
        Kind::Architecture => match Architecture::by_any_name(text) {
            Some(architecture) if architecture.images => {
                format!(", whose OCI name is `{}`", architecture.oci)
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// Whether a text has a form.
pub(crate) fn fits(form: &Form, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> =
        LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled
        .entry(form.pattern)
        .or_insert_with(|| Regex::new(form.pattern).ok());
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// A value in a message: an image reference without user and password, which are no part of one.
fn found(kind: &Kind, node: &Node) -> String {
    match (kind, &node.value) {
        (Kind::Text(form), Value::Scalar { text, .. })
            if [&BASE, &REFERENCE]
                .iter()
                .any(|own| std::ptr::eq(*own, *form))
                && text.contains('@') =>
        {
            let digest = text.rfind("@sha256:").unwrap_or(text.len());
            let (name, digest) = text.split_at(digest);
            format!("`{}`", shorten(&(message::redact(name) + digest)))
        }
        _ => node.found(),
    }
}
