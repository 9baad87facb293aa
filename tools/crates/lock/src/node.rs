//! A value in a JSON file together with its path, for messages.

use std::fmt;

use blob::{Error, Result};
use message::shorten;
use serde_json::{Map, Value};

/// A value, the name of its file, and its path in the file.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    file: &'a str,
    path: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(file: &'a str, value: &'a Value) -> Self {
        Self {
            value,
            file,
            path: "$".to_owned(),
        }
    }

    /// Returns the error ``cannot read lock `FILE`: PATH: expected …, found …``.
    pub(crate) fn wrong(&self, expected: impl fmt::Display) -> Error {
        let cause = format!(
            "{}: expected {expected}, found {}",
            self.path,
            describe(self.value)
        );
        Error::cannot("read lock", self.file, cause)
            .hint("restore it from version control, or delete it and lock again")
    }

    fn object(&self) -> Result<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.wrong("an object"))
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        Self {
            value,
            file: self.file,
            path: format!("{}.{}", self.path, shorten(key)),
        }
    }

    /// The members of an object, by key.
    pub(crate) fn members(&self) -> Result<Vec<(&'a str, Self)>> {
        let members = self.object()?.iter();
        members
            .map(|(key, value)| {
                if key.contains(char::is_control) {
                    Err(self.wrong("keys without control characters"))
                } else {
                    Ok((key.as_str(), self.child(key, value)))
                }
            })
            .collect()
    }

    /// Returns a required member.
    pub(crate) fn member(&self, key: &str) -> Result<Self> {
        match self.object()?.get(key) {
            Some(value) => Ok(self.child(key, value)),
            None => Err(self.wrong(format!("a field `{key}`"))),
        }
    }

    /// Returns a member that may be missing or null.
    pub(crate) fn optional(&self, key: &str) -> Result<Option<Self>> {
        let value = self.object()?.get(key).filter(|value| !value.is_null());
        Ok(value.map(|value| self.child(key, value)))
    }

    /// A string. Text of a lock is printed, and the lock may be unreviewed.
    pub(crate) fn text(&self) -> Result<&'a str> {
        let text = self.value.as_str().ok_or_else(|| self.wrong("a string"))?;
        if text.contains(char::is_control) {
            Err(self.wrong("a string without control characters"))
        } else {
            Ok(text)
        }
    }

    pub(crate) fn number(&self) -> Result<u64> {
        let number = self.value.as_u64();
        number.ok_or_else(|| self.wrong("a whole number"))
    }

    pub(crate) fn texts(&self) -> Result<Vec<String>> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("a list"))?;
        let nodes = items.iter().enumerate().map(|(i, value)| Self {
            value,
            file: self.file,
            path: format!("{}[{i}]", self.path),
        });
        nodes.map(|node| node.text().map(str::to_owned)).collect()
    }

    /// Parses a string with the given function.
    pub(crate) fn parse<T, E>(
        &self,
        expected: &str,
        parse: impl Fn(&str) -> std::result::Result<T, E>,
    ) -> Result<T> {
        parse(self.text()?).map_err(|_| self.wrong(expected))
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(members) => match members.keys().next() {
            None => "an empty object".to_owned(),
            Some(_) => {
                let keys: Vec<String> = members.keys().map(|key| shorten(key)).take(5).collect();
                format!("an object with {}", keys.join(", "))
            }
        },
        // JSON escapes control characters, so only the length must be limited.
        other => other.to_string().chars().take(60).collect(),
    }
}
