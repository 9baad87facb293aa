//! Parses JSON files.

use std::fmt::Display;

use blob::{Error, Result};

/// Parses JSON; the error contains the position.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(name: impl Display, text: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let cause = format!("at `{}`: {}", error.path(), error.inner());
        Error::cannot("read", name, cause)
    })
}
