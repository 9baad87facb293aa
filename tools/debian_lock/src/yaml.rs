//! YAML for people who make mistakes: every message has a line and a column.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser};
use serde::de::DeserializeOwned;

/// Reads a document. A key that a mapping has twice is an error (YAML 1.2, section 3.2.1.3), as are unknown fields where
/// the type says so.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    // Its errors of syntax have a line and a column; those of keys that come twice have none.
    let read = serde_norway::from_str(text);
    match twice(text) {
        Some(message) => Err(message),
        None => read.map_err(|error| error.to_string()),
    }
}

/// What is open: a mapping with its keys so far, and whether a key comes next; or a sequence.
enum Open {
    Mapping { keys: BTreeSet<String>, key: bool },
    Sequence,
}

/// The first key that a mapping has twice.
fn twice(text: &str) -> Option<String> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        // Syntax is judged elsewhere.
        let (event, span) = event.ok()?;
        match event {
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                completed(&mut open);
            }
            Event::MappingStart(..) => open.push(Open::Mapping {
                keys: BTreeSet::new(),
                key: true,
            }),
            Event::SequenceStart(..) => open.push(Open::Sequence),
            Event::Scalar(value, ..) => {
                if let Some(Open::Mapping { keys, key: true }) = open.last_mut() {
                    if !keys.insert(value.to_string()) {
                        let (line, column) = (span.start.line(), span.start.col() + 1);
                        return Some(format!(
                            "duplicate field `{}` at line {line} column {column}",
                            value.escape_debug()
                        ));
                    }
                }
                completed(&mut open);
            }
            Event::Alias(_) => completed(&mut open),
            _ => {}
        }
    }
    None
}

/// A value has ended: after a key comes what it is for, after that a key.
fn completed(open: &mut [Open]) {
    if let Some(Open::Mapping { key, .. }) = open.last_mut() {
        *key = !*key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        read::<serde_norway::Value>(text).unwrap_err()
    }

    #[test]
    fn keys_that_come_twice() {
        assert_eq!(
            error("a: 1\nb: {c: 1, d: [x, y], c: 2}\n"),
            "duplicate field `c` at line 2 column 22"
        );
        assert_eq!(
            error("list:\n  - a: 1\n    b: 2\n  - a: 1\n    a: 2\n"),
            "duplicate field `a` at line 5 column 5"
        );
        assert!(read::<serde_norway::Value>("a: {a: a}\nb: [a, a]\n").is_ok());
    }

    #[test]
    fn syntax() {
        assert!(
            error("a: [1\nb: 2\n").contains("line 2"),
            "{}",
            error("a: [1\nb: 2\n")
        );
    }
}
