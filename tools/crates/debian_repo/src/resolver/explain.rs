//! Why there is no set that holds together, told as a person would.

use blob::{Error, Result};

use super::pool::{Id, Pool};

/// The error of requests that nothing meets.
pub(super) fn explain(pool: &Pool<'_>, requested: &[Id]) -> Result<Error> {
    let names: Vec<&str> = requested.iter().map(|id| pool.name(*id)).collect();
    Ok(Error::cannot("combine packages", names.join(", "), "todo"))
}
