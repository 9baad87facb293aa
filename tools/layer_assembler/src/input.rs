//! Reads small input files.

use std::fs;
use std::path::Path;

use blob::{Result, ResultExt};
use layer_arguments::Resolve;

/// The content of a small file.
pub(crate) fn read(path: &Path, resolve: Resolve) -> Result<Vec<u8>> {
    fs::read(resolve(path)).cannot("read", path.display())
}
