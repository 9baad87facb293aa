//! Reads JSON; messages contain the place.

use blob::{Error, Result};
use serde::de::DeserializeOwned;

/// Parses JSON. `file` is its name in messages.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &[u8], most: usize) -> Result<T> {
    let fail = |cause: String| Error::cannot("read", file, cause);
    if text.len() > most {
        return Err(fail(format!("it is larger than {most} bytes")));
    }
    message::parse_json(text).map_err(fail)
}

/// Checks the version of a document.
pub(crate) fn check_version(file: &str, found: u64) -> Result<()> {
    if found == 1 {
        return Ok(());
    }
    let cause = format!("at `version`: expected 1, found {found}");
    Err(Error::cannot("read", file, cause))
}
