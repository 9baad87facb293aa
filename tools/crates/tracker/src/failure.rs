//! Errors of a document: the place in it, and the cause.

use blob::Error;
use message::escape;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

/// The characters of a cause, which may repeat a text of the document, that a message shows.
const MAX_CAUSE: usize = 300;

/// The error of a parser, with the path to the value: `openssl/CVE-2024-1234/releases/bookworm/status`.
pub(crate) fn located(verb: &str, name: &str, path: &Path, error: &serde_json::Error) -> Error {
    let segments: Vec<String> = path.iter().filter_map(segment).collect();
    let cause = escape(&shortened(&error.to_string()));
    let cause = match error.classify() {
        Category::Eof => format!("it is truncated: {cause}"),
        _ => cause,
    };
    if segments.is_empty() {
        Error::cannot(verb, name, cause)
    } else {
        Error::cannot(verb, name, format!("at `{}`: {cause}", segments.join("/")))
    }
}

fn segment(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.escape_debug().take(80).collect()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Leaves out the middle: the end has the position.
fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= MAX_CAUSE {
        return text.to_owned();
    }
    let half = MAX_CAUSE / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{start}…{end}")
}
