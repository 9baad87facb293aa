//! Rules between fields, which no description of single fields expresses.

use std::collections::HashMap;

use yaml::{Node, ScalarKind, Value};

use crate::check::Problems;

/// The users of every image with standard files.
const KNOWN_USERS: [(&str, i64); 2] = [("root", 0), ("nobody", 65534)];

/// Checks the rules between the fields of a document.
pub(crate) fn check(document: &Node, problems: &mut Problems) {
    sources(document, problems);
    users(document, problems);
    standard_files(document, problems);
    content(document, problems);
}

fn field<'a>(document: &'a Node, name: &str) -> Option<&'a Node> {
    match &document.value {
        Value::Map(fields) => fields
            .iter()
            .find(|(key, _)| key.text() == Some(name))
            .map(|(_, value)| &**value),
        _ => None,
    }
}

fn sources(document: &Node, problems: &mut Problems) {
    if field(document, "manifest").is_none() {
        return;
    }
    for name in ["sources", "debs", "architecture_all_from"] {
        if let Some(node) = field(document, name) {
            let what = "expected no such field next to `manifest`, which has the sources";
            problems.add(node, name, what);
        }
    }
}

fn users(document: &Node, problems: &mut Problems) {
    let Some(Value::Map(users)) = field(document, "users").map(|users| &users.value) else {
        return;
    };
    let mut names: HashMap<i64, &str> = KNOWN_USERS.iter().map(|(name, id)| (*id, *name)).collect();
    for (key, value) in users {
        let name = key.text().unwrap_or_default();
        if let Some((_, id)) = KNOWN_USERS.iter().find(|(known, _)| *known == name) {
            problems.add(
                key,
                "users",
                format!("`{name}` already exists, with the number {id}"),
            );
            continue;
        }
        let Some(ScalarKind::Number(Some(id))) = value.scalar() else {
            continue;
        };
        // Root's number is out of the range of the field.
        if id == 0 {
            continue;
        }
        if let Some(other) = names.insert(id, name) {
            let what = format!("`{name}` has the number {id}, which `{other}` has too");
            problems.add(value, "users", what);
        }
    }
}

fn standard_files(document: &Node, problems: &mut Problems) {
    let has_base = field(document, "base").is_some();
    let wanted = match field(document, "standard_files").and_then(Node::scalar) {
        Some(ScalarKind::Truth(wanted)) => wanted,
        _ => !has_base,
    };
    if has_base && wanted {
        if let Some(node) = field(document, "standard_files") {
            problems.add(
                node,
                "standard_files",
                "expected `false` with a `base`, whose packages are unknown; add the files in `layers`",
            );
        }
    }
    if !wanted {
        for name in ["users", "os_release"] {
            if let Some(node) = field(document, name) {
                let what = "it is one of the standard files, which this image does not have; add it in `layers`";
                problems.add(node, name, what);
            }
        }
    }
}

fn content(document: &Node, problems: &mut Problems) {
    let is_empty = |name| match field(document, name).map(|node| &node.value) {
        Some(Value::List(items)) => items.is_empty(),
        _ => true,
    };
    if field(document, "base").is_none() && is_empty("packages") && is_empty("layers") {
        problems.add(
            document,
            "",
            "the image is empty; expected `base`, `packages` or `layers`",
        );
    }
}
