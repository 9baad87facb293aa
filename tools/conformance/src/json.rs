//! JSON files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// Reads a JSON file.
pub(crate) fn read(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    parse(&bytes).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Parses JSON.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    Ok(serde_json::from_slice(bytes)?)
}

/// The strings of an array; empty if the value is not an array.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The items of an array; empty if the value is not an array.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A string field; an error names the field.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    value[field]
        .as_str()
        .with_context(|| format!("`{field}` is no string in {value}"))
}

/// JSON for readers: indented, with a newline at the end.
pub(crate) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
