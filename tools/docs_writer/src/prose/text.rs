//! Extracts the prose of a file: all lines of a document, only comments of code.

use std::path::Path;

/// A line of prose with its line number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) prose: &'a str,
}

/// The lines of prose of a file, by its extension. Other files have no prose.
pub(super) fn lines<'a>(path: &Path, text: &'a str) -> Vec<Line<'a>> {
    let prose: fn(&str) -> Option<&str> = match path.extension().and_then(|end| end.to_str()) {
        Some("md") => |line| Some(line),
        Some("rs") => rust_comment,
        Some("bazel" | "bzl" | "py" | "sh" | "yml") => hash_comment,
        _ => |_| None,
    };
    let numbered = text.lines().enumerate();
    let lines = numbered.filter_map(|(index, line)| {
        let prose = prose(line)?.trim();
        let number = index + 1;
        (!prose.is_empty()).then_some(Line { number, prose })
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
