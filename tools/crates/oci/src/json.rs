//! Parses JSON with the position of errors, and writes JSON in one canonical form.

use std::borrow::Cow;
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
    let bytes = &*readable(bytes);
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
    let bytes = readable(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let tree = Limited(&Cell::new(MAX_VALUES)).deserialize(&mut deserializer);
    let tree = tree.cannot("read", &name)?;
    deserializer.end().cannot("read", &name)?;
    let mut changed = false;
    let value = shape::folded(tree, shape, &mut changed);
    Ok((value, changed))
}

/// A text as Go reads it: U+FFFD in place of each byte that is not UTF-8, and of half a pair of surrogates.
fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains("\\u") => return Cow::Borrowed(bytes),
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
            }
            Cow::Owned(text)
        }
    };
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let taken = match (first, surrogate(rest)) {
            (b'\\', Some(0xd800..=0xdbff)) => match rest.get(6..).and_then(surrogate) {
                Some(0xdc00..=0xdfff) => 12,
                _ => 0,
            },
            (b'\\', Some(_)) => 0,
            // The character after it is no beginning of an escape.
            (b'\\', None) => 2.min(1 + tail.len()),
            _ => 1,
        };
        match taken {
            0 => written.extend_from_slice(b"\\ufffd"),
            taken => written.extend_from_slice(&rest[..taken]),
        }
        rest = &rest[if taken == 0 { 6 } else { taken }..];
    }
    Cow::Owned(written)
}

/// The number of a surrogate whose escape a text begins with.
fn surrogate(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| hexadecimal)?;
    (0xd800..=0xdfff).contains(&number).then_some(number)
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
///
/// # Errors
///
/// The value has no form in JSON.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>> {
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

    /// As Go's `encoding/json` has them, which was asked.
    #[test]
    fn an_unpaired_surrogate() {
        for (text, expected) in [
            (&br#""\ud83d\ude00""#[..], "😀"),
            (br#""\ud800""#, "\u{fffd}"),
            (br#""\uDC00x""#, "\u{fffd}x"),
            (br#""\ud800\ud83d\ude00""#, "\u{fffd}😀"),
            (br#""\ud800\n""#, "\u{fffd}\n"),
            (br#""\\ud800""#, r"\ud800"),
            (b"\"a\xff\xe2\x82z\"", "a\u{fffd}\u{fffd}\u{fffd}z"),
        ] {
            let (value, _) = folded("x", text, &Shape::Text).unwrap();
            assert_eq!(value, expected, "{}", text.escape_ascii());
            let parsed: String = parse_shaped("x", text, &Shape::Text).unwrap();
            assert_eq!(parsed, expected);
        }
        for broken in [&br#""\ud8""#[..], br#""\"#, br#""\u+123""#, b"\"\\ud80"] {
            assert!(folded("x", broken, &Shape::Text).is_err());
        }
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
