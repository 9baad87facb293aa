//! Extracts the prose of a file: all lines of a document; comments and messages of code.

use std::borrow::Cow;
use std::path::Path;

use super::line::{Kind, Line};
use super::literals::Literals;

/// The lines of prose of a file, by its extension. Other files have no prose.
pub(super) fn lines<'a>(path: &Path, text: &'a str, literals: &Literals) -> Vec<Line<'a>> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("md") => lines_of(Kind::Documents, text, Some),
        Some("rs") => {
            let mut lines = lines_of(Kind::Comments, text, rust_comment);
            lines.extend(literals.of_rust(production_code(path, text)));
            lines
        }
        Some("bazel" | "bzl" | "py") => {
            let mut lines = literals.of_starlark(text);
            lines.retain(|line| line.kind == Kind::Comments || !is_test(path));
            lines.extend(lines_of(Kind::Comments, text, hash_comment));
            lines
        }
        Some("sh" | "yml") => lines_of(Kind::Comments, text, hash_comment),
        _ => Vec::new(),
    }
}

fn lines_of<'a>(kind: Kind, text: &'a str, prose: fn(&'a str) -> Option<&'a str>) -> Vec<Line<'a>> {
    let numbered = text.lines().enumerate();
    let lines = numbered.filter_map(|(index, line)| {
        let prose = Cow::Borrowed(prose(line)?.trim());
        let number = index + 1;
        (!prose.is_empty()).then_some(Line {
            kind,
            number,
            prose,
        })
    });
    lines.collect()
}

fn rust_comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    Some(text.strip_prefix(['/', '!']).unwrap_or(text))
}

fn hash_comment(line: &str) -> Option<&str> {
    Some(line.trim_start().strip_prefix('#')?.trim_start_matches('#'))
}

/// The part of a Rust file before its unit tests. Literals of tests repeat messages or are data.
fn production_code<'a>(path: &Path, text: &'a str) -> &'a str {
    if is_test(path) {
        return "";
    }
    text.split("\n#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}
