//! Reads small input files.

use std::path::Path;

use blob::{Result, ResultExt};
use layer_arguments::Resolve;

/// The largest file that is read whole, in bytes: a list, or certificates.
const MAX_INPUT: u64 = 64 << 20;

/// The content of a small file.
pub(crate) fn read(path: &Path, resolve: Resolve) -> Result<Vec<u8>> {
    blob::read_regular(&resolve(path), MAX_INPUT).cannot("read", path.display())
}
