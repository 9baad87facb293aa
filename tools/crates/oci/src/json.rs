//! Parses JSON with the position of errors, and writes JSON in one canonical form.

use std::cell::Cell;
use std::fmt::Display;

use blob::{Error, Result, ResultExt};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::Serialize;
use serde_json::Value;

use crate::shape::{self, Shape};
use crate::tree::{Limited, MAX_VALUES};

/// Parses a document as Go does.
pub(crate) fn parse_shaped<T: DeserializeOwned>(
    name: impl Display,
    bytes: &[u8],
    shape: &Shape,
) -> Result<T> {
    let (mut value, mut changed) = match folded(&name, bytes, shape) {
        Ok(folded) => folded,
        // The other parser also reports the position in the document.
        Err(error) => return Err(parse::<T>(&name, bytes).err().unwrap_or(error)),
    };
    shape::fill_in(&mut value, shape, &mut changed);
    if !changed {
        // The parser of text reports line and column of errors.
        return parse(name, bytes);
    }
    serde_path_to_error::deserialize(value).map_err(|error| located(&name, &error))
}

/// The values of a document under the keys of the specification, and whether this changed the document.
pub(crate) fn folded(name: impl Display, bytes: &[u8], shape: &Shape) -> Result<(Value, bool)> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let tree = Limited(&Cell::new(MAX_VALUES)).deserialize(&mut deserializer);
    let tree = tree.cannot("read", &name)?;
    deserializer.end().cannot("read", &name)?;
    let mut changed = false;
    let value = shape::folded(tree, shape, &mut changed);
    Ok((value, changed))
}

/// Parses a value. The error names file, JSON path, expected type and found value.
pub(crate) fn parse<T: DeserializeOwned>(name: impl Display, bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| located(&name, &error))?;
    deserializer.end().cannot("read", name)?;
    Ok(value)
}

fn located(name: impl Display, error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let path = error.path().to_string();
    if path == "." || path == "?" {
        Error::cannot("read", name, error.inner())
    } else {
        Error::cannot("read", name, format!("at `{path}`: {}", error.inner()))
    }
}

/// Compact JSON. The keys of each object are sorted by their bytes.
pub(crate) fn canonical(value: &impl Serialize) -> Result<Vec<u8>> {
    let value = serde_json::to_value(value).cannot("write", "JSON")?;
    let mut bytes = Vec::new();
    write(&value, &mut bytes);
    Ok(bytes)
}

/// Sorts keys explicitly: whether `serde_json::Map` is sorted depends on a feature that any crate may enable.
fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            list(bytes, *b"{}", entries, |(key, value), bytes| {
                write(&Value::String(key.clone()), bytes);
                bytes.push(b':');
                write(value, bytes);
            });
        }
        Value::Array(values) => list(bytes, *b"[]", values, write),
        scalar => bytes.extend_from_slice(scalar.to_string().as_bytes()),
    }
}

fn list<T>(
    bytes: &mut Vec<u8>,
    [open, close]: [u8; 2],
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(T, &mut Vec<u8>),
) {
    bytes.push(open);
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            bytes.push(b',');
        }
        write_item(item, bytes);
    }
    bytes.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value: Value = parse(
            "x",
            br#"{ "b": [ {"z": 1, "a": -2.5}, [] ], "a\"\n": null, "B": {}, "\u00e9": true }"#,
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(canonical(&value).unwrap()).unwrap(),
            r#"{"B":{},"a\"\n":null,"b":[{"a":-2.5,"z":1},[]],"é":true}"#
        );
    }

    #[test]
    fn large_numbers_keep_their_digits() {
        let text = br#"[18446744073709551615,-9223372036854775808]"#;
        assert_eq!(
            canonical(&parse::<Value>("x", text).unwrap()).unwrap(),
            text
        );
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let error = parse::<Value>("x.json", b"{} {}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `x.json`: trailing characters at line 1 column 4"
        );
    }
}
