//! Parses JSON files.

use std::fmt::Display;

use blob::{Error, Result};
use message::parse_json;

/// Parses JSON; the error contains the position.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(name: impl Display, text: &[u8]) -> Result<T> {
    parse_json(text).map_err(|cause| Error::cannot("read", name, cause))
}
