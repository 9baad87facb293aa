//! The reference page of definitions: the text of `page.txt`, and a table of the fields of each object.

use std::fmt::Write as _;

use crate::description::{Kind, Object, IMAGE};

/// The part that is written by hand, with the place of the tables.
const TEXT: &str = include_str!("page.txt");

/// Where the tables go.
const TABLES: &str = "<!-- fields -->";

/// The page, in Markdown.
pub fn page() -> String {
    let mut tables = String::new();
    let mut seen = Vec::new();
    section(&mut tables, "## Fields", &IMAGE, &mut seen);
    TEXT.replace(TABLES, tables.trim_end_matches('\n'))
}

fn section<'a>(page: &mut String, title: &str, object: &'a Object, seen: &mut Vec<&'a str>) {
    if seen.contains(&object.name) || object.fields.is_empty() {
        return;
    }
    seen.push(object.name);
    // Writing to a string cannot fail.
    let _ = write!(page, "{title}\n\n");
    if object.name != IMAGE.name {
        let _ = write!(page, "{}\n\n", wrapped(object.text));
    }
    page.push_str("| field | meaning | default |\n| --- | --- | --- |\n");
    for field in object.fields {
        let default = if field.required {
            "required"
        } else {
            field.default
        };
        let row = format!("| `{}` | {} | {default} |", field.name, field.text);
        let _ = writeln!(page, "{}", row.replace("|  |", "| |"));
    }
    page.push('\n');
    for field in object.fields {
        nested(page, &field.kind, seen);
    }
}

fn nested<'a>(page: &mut String, kind: &'a Kind, seen: &mut Vec<&'a str>) {
    match kind {
        Kind::List { item, .. } => nested(page, item, seen),
        Kind::Map { value, .. } => nested(page, value, seen),
        Kind::Object(object) => section(page, &format!("### {}", title(object)), object, seen),
        Kind::OneOf(objects) => {
            page.push_str("## Layers\n\nThe first field of a layer decides its kind.\n\n");
            for object in *objects {
                section(page, &format!("### {}", title(object)), object, seen);
            }
        }
        _ => {}
    }
}

/// The name without its article, with a capital letter.
fn title(object: &Object) -> String {
    let name = object.name;
    let name = ["a ", "the "]
        .iter()
        .find_map(|article| name.strip_prefix(article))
        .unwrap_or(name);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Text of at most 100 columns.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].len() + 1 + word.len() > 100 {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines.join("\n")
}
