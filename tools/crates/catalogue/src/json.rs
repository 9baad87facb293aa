//! Reads JSON; messages contain the place.

use blob::{Error, Result};
use message::escape;
use serde::de::DeserializeOwned;

/// Parses JSON. `file` is its name in messages.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &[u8], most: usize) -> Result<T> {
    let fail = |cause: String| Error::cannot("read", file, escape(&cause));
    if text.len() > most {
        return Err(fail(format!("it is larger than {most} bytes")));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        fail(format!("at `{path}`: {}", error.inner()))
    })?;
    let end = deserializer.end();
    end.map_err(|error| fail(error.to_string()))?;
    Ok(value)
}

/// Checks the version of a document.
pub(crate) fn check_version(file: &str, found: u64) -> Result<()> {
    if found == 1 {
        return Ok(());
    }
    let cause = format!("at `version`: expected 1, found {found}");
    Err(Error::cannot("read", file, cause))
}
